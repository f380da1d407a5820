import { moneyText } from '../ui/moneyText.ts';

/** One path of a pass, before and after, as text. */
export type Change = { readonly path: string; readonly before: string; readonly after: string };

/** The changed paths with what stands there in both. A list differs as a whole, so it is told by its length. */
export const changesOf = (changed: readonly string[], before: unknown, after: unknown): readonly Change[] =>
  changed.map((path) => ({ path, before: text(at(before, path)), after: text(at(after, path)) }));

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
      value,
    );

const text = (value: unknown): string => {
  if (value === undefined || value === null) return '–';
  if (isMoney(value)) return moneyText(value.amount, value.currency);
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    return value.every(isMoney) || value.length <= 3 ? value.map(text).join(', ') : `${value.length}`;
  }
  if (typeof value === 'object') return objectText(value);
  return String(value);
};

/** What a person would call it; else its parts. */
const objectText = (value: object): string => {
  if ('title' in value) return String(value.title ?? 'untitled');
  if ('name' in value) return String(value.name ?? '–');
  return Object.values(value).map(text).join(' ');
};

const isMoney = (value: unknown): value is { readonly amount: string; readonly currency: string } =>
  typeof value === 'object' &&
  value !== null &&
  'amount' in value &&
  'currency' in value &&
  typeof value.amount === 'string' &&
  typeof value.currency === 'string';
