import * as O from 'fp-ts/lib/Option.js';
import { readField, salesforceId } from '#domain/index.ts';

/** What a value looks like. A number, flag or date may be written as text: what counts is what it can be read as. */
export type ValueType = 'number' | 'flag' | 'date' | 'instant' | 'id' | 'text' | 'compound' | 'list';

/** null: empty. */
export const typeOf = (value: unknown): ValueType | null => {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return 'flag';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'exactNumber' in value ? 'number' : 'compound';
  const text = String(value).trim();
  if (/^(?:true|false)$/i.test(text)) return 'flag';
  if (isId(text)) return 'id';
  if (canBe('decimal', text)) return 'number';
  // A date is a date without a time, though AppFlow may write one with a midnight.
  if (text.length === 10 && canBe('date', text)) return 'date';
  return /^\d{4}-/.test(text) && canBe('instant', text) ? 'instant' : 'text';
};

const canBe = (kind: 'decimal' | 'date' | 'instant', text: string): boolean => readField(kind, text)._tag === 'Right';

/** In 18 characters, the last three of which agree with the others. */
const isId = (text: string): boolean =>
  text.length === 18 && O.toNullable(salesforceId(text.slice(0, 15))) === text && /\d/.test(text);

/** Fields that may hold something about a person, or what only its owner should know: of them nothing but types is shown. */
export const looksPersonal = (field: string): boolean =>
  /name|mail|phone|mobile|fax|street|city|postal|zip|address|birth|gender|salutation|latitude|longitude|comment|description|note|iban|passport|token|password|(?<!iso)code/i.test(
    field,
  );

/** The pattern of a text: "M-10023" is "A-9", "ab12" is "a9". Runs are one character, so that lengths do not make formats. */
export const formatOf = (text: string): string =>
  text
    .slice(0, MAX_FORMAT)
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/[\p{Ll}\p{Lo}\p{Lm}\p{Lt}]+/gu, 'a')
    .replace(/\p{Nd}+/gu, '9');
const MAX_FORMAT = 60;

/** FNV-1a, 32 bits: to count different values without keeping them. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
};
