import { moneyText } from '../ui/moneyText.ts';

/** A path of the pass, such as "tier.name", before and after. */
export type Change = { readonly path: string; readonly before: string | null; readonly after: string };

/** before null: nobody here has seen the pass before. */
export const changesOf = (changed: readonly string[], before: object | null, after: object): readonly Change[] =>
  changed.map((path) => ({
    path,
    before: before === null ? null : textAt(before, path),
    after: textAt(after, path),
  }));

const textAt = (root: object, path: string): string =>
  textOf(path.split('.').reduce<unknown>((node, field) => Object(node)[field], root));

/** A list is a line for each; an object its values, without names where they speak for themselves. */
const textOf = (value: unknown): string => {
  if (value === undefined) return 'not there';
  if (value === null) return '—';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join('\n');
  if (typeof value !== 'object') return String(value);
  const { amount, currency } = value as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount === 'string' && typeof currency === 'string') return moneyText(amount, currency);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${textOf(part)}`)
    .join(', ');
};
