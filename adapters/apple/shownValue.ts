import { isJsonObject } from '#domain/index.ts';
import { isDay } from './calendarDay.ts';
import { type Format, follow, type Path, type Phrase, type Placeholder } from './expression.ts';
import { elementsOf } from './passShape.ts';

/** A field's value with what Wallet needs to write it in its holder's way. */
export type ShownValue = {
  readonly value: string | number;
  readonly currencyCode?: string;
  readonly numberStyle?: 'PKNumberStyleDecimal' | 'PKNumberStylePercent';
  readonly dateStyle?: string;
  readonly timeStyle?: 'PKDateStyleNone';
  readonly ignoresTimeZone?: true;
};

/** A phrase that is one value, as Wallet writes it by itself. null: it is more than that, a text, or nothing. */
export const valueAlone = (phrase: Phrase, root: unknown, dateStyle: string): ShownValue | null => {
  const [only, ...more] = phrase;
  if (only === undefined || typeof only === 'string' || more.length > 0) return null;
  const [value] = follow(root, only.path);
  switch (only.format.type) {
    case 'count':
      return numberShown(countOf(only.path, root), 'PKNumberStyleDecimal');
    case 'number':
      return numberShown(value, 'PKNumberStyleDecimal');
    case 'percent':
      return numberShown(value, 'PKNumberStylePercent');
    case 'date':
      return isDay(value)
        ? { value: `${value}T00:00Z`, dateStyle, timeStyle: 'PKDateStyleNone', ignoresTimeZone: true }
        : null;
    case 'money':
    case 'amount': {
      const money = moneyIn(value, only.format);
      const exact = money === null ? null : exactNumber(money.amount);
      return money === null || exact === null ? null : { value: exact, currencyCode: money.currency };
    }
    default:
      return null;
  }
};

const numberShown = (value: unknown, numberStyle: NonNullable<ShownValue['numberStyle']>): ShownValue | null => {
  const exact = exactNumber(value);
  return exact === null ? null : { value: exact, numberStyle };
};

/** A phrase as text of a language. null: some value of it is unknown. */
export const written = (phrase: Phrase, root: unknown, language: string): string | null => {
  let text = '';
  for (const part of phrase) {
    const piece = typeof part === 'string' ? part : writtenValue(part, root, language);
    if (piece === null) return null;
    text += piece;
  }
  return text;
};

const writtenValue = ({ path, format }: Placeholder, root: unknown, language: string): string | null => {
  if (format.type === 'count') return countText(path, root, language);
  const [value] = follow(root, path);
  if (value === undefined) return null;
  const money = moneyIn(value, format);
  if (money !== null) return moneyText(money, language);
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  if (text === null) return null;
  if (format.type === 'date' && isDay(text)) return datesIn(language).format(new Date(`${text}T00:00:00Z`));
  if (format.type === 'number' && isDecimal(text)) return numbersIn(language).format(text);
  if (format.type === 'percent' && isDecimal(text)) return percentsIn(language).format(text);
  return format.type === 'words' ? wordsOf(text) : text;
};

/** null: there are none, which is not worth a place. */
const countOf = (path: Path, root: unknown): number | null => elementsOf(follow(root, path), path.shape).length || null;
const countText = (path: Path, root: unknown, language: string): string | null => {
  const count = countOf(path, root);
  return count === null ? null : numbersIn(language).format(count);
};

type Money = { readonly amount: string; readonly currency: string };
/** null: no amount. */
const moneyIn = (value: unknown, format: Format): Money | null => {
  const [amount, currency] = isJsonObject(value)
    ? [value.amount, value.currency]
    : [value, format.type === 'amount' ? format.currency : null];
  return isDecimal(amount) && typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? { amount, currency } : null;
};

type Decimal = `${number}`;
const isDecimal = (value: unknown): value is Decimal => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);

/** JSON has doubles only: an amount that one does not hold to the last cent stays text. */
const exactNumber = (value: unknown): number | null => {
  if (typeof value === 'number') return value;
  if (!isDecimal(value)) return null;
  const number = Number(value);
  const decimals = value.split('.')[1]?.length ?? 0;
  return Math.abs(number) < 1e15 && decimals <= 20 && number.toFixed(decimals) === value ? number : null;
};

/** favouriteStore, favourite_store: Favourite store. */
const wordsOf = (name: string): string => {
  const words = name
    .replace(/[_\s]+/g, ' ')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, (_, before, after) => `${before} ${after.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const remembered = <Value>(make: (name: string) => Value): ((name: string) => Value) => {
  const made = new Map<string, Value>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
};

/** Formatters take long to make. They write text of any length exactly. */
const numbersIn = remembered((language) => new Intl.NumberFormat(language, { maximumFractionDigits: 20 }));
const percentsIn = remembered((language) => new Intl.NumberFormat(language, { style: 'percent' }));
const datesIn = remembered((language) => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }));
const amountsIn = remembered((name) => {
  const [language, currency = ''] = name.split(' ');
  return new Intl.NumberFormat(language, { style: 'currency', currency });
});
const moneyText = ({ amount, currency }: Money, language: string): string =>
  amountsIn(`${language} ${currency}`).format(amount as Decimal);
