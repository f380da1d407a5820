import type { Pass } from '#domain/index.ts';
import { moneyText } from '../ui/moneyText.ts';
import { dayText } from './days.ts';

export type PassChange = { readonly path: string; readonly before: string; readonly after: string };

/** What differs between two passes, place by place, as the service names them. null: there was none. */
export const passChanges = (before: Pass | null, after: Pass | null): readonly PassChange[] =>
  differences('', before ?? {}, after ?? {});

const differences = (path: string, before: unknown, after: unknown): readonly PassChange[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const isWhole = path === '' || (isRecord(before) && isRecord(after));
  if (!isWhole || !isRecord(before) || !isRecord(after) || isMoney(before) || isMoney(after))
    return [{ path, before: changeText(before, after), after: changeText(after, before) }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(path === '' ? key : `${path}.${key}`, before[key], after[key]),
  );
};

/** Of a list with ids only what the other does not have in the same way. */
const changeText = (value: unknown, other: unknown): string => {
  if (!Array.isArray(value) || value.length === 0) return valueText(value);
  const others = new Set((Array.isArray(other) ? other : []).map((one) => JSON.stringify(one)));
  const own = value.filter((one) => !others.has(JSON.stringify(one)));
  return own.length === 0 ? 'none of these' : own.map(valueText).join('; ');
};

/** Any value of a pass for a person: money as "12.00 EUR", a day as "Mar 1, 2026", what is empty as "none". */
export const valueText = (value: unknown): string => (typeof value === 'string' ? dayText(value) : rawText(value));

/** The same with texts as a source wrote them. */
export const rawText = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join('; ');
  if (!isRecord(value)) return String(value);
  if (isMoney(value)) return moneyText(value.amount, value.currency);
  if (typeof value.title === 'string')
    return typeof value.validTo === 'string' ? `${value.title} (to ${dayText(value.validTo)})` : value.title;
  return Object.entries(value)
    .filter(([name, part]) => name !== 'id' && part !== null)
    .map(([name, part]) => `${name} ${valueText(part)}`)
    .join(', ');
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isMoney = (
  value: Readonly<Record<string, unknown>>,
): value is { readonly amount: string; readonly currency: string } =>
  typeof value.amount === 'string' && typeof value.currency === 'string';
