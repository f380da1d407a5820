import { dayText } from '../ui/days.ts';
import { moneyText } from '../ui/moneyText.ts';

/** Any value of a pass for a person: money as "12.00 EUR", a day as "Mar 1, 2026", a promotion by its title, what is empty as "none". */
export const valueText = (value: unknown): string => {
  if (typeof value === 'string') return dayText(value);
  return isRecord(value) && typeof value.title === 'string' ? titleText(value.title, value.validTo) : partsText(value);
};

/** The same with a text as a source wrote it. */
export const rawText = (value: unknown): string => (typeof value === 'string' ? value : valueText(value));

/** The same with all that is in it, where two that differ read the same otherwise. */
export const wholeText = (value: unknown): string => {
  if (value === undefined) return 'not there';
  if (typeof value === 'string') return `“${value}”`;
  return isRecord(value) && !isMoney(value) ? namedParts(Object.entries(value)) : partsText(value, wholeText);
};

const titleText = (title: string, validTo: unknown): string =>
  typeof validTo === 'string' ? `${title} (to ${dayText(validTo)})` : title;

const partsText = (value: unknown, textOf = valueText): string => {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join('; ');
  if (!isRecord(value)) return String(value);
  if (isMoney(value)) return moneyText(value.amount, value.currency);
  return namedParts(Object.entries(value).filter(([name, part]) => name !== 'id' && part !== null));
};

/** A name speaks for itself. */
const namedParts = (parts: readonly (readonly [string, unknown])[]): string =>
  parts.map(([name, part]) => (name === 'name' ? rawText(part) : `${name} ${rawText(part)}`)).join(', ');

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isMoney = (
  value: Readonly<Record<string, unknown>>,
): value is { readonly amount: string; readonly currency: string } =>
  typeof value.amount === 'string' && typeof value.currency === 'string';
