import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { isJsonObject } from '#domain/index.ts';
import { readText } from '../settingCodecs.ts';
import { type Phrase, readPhrase } from './expression.ts';
import type { Shape } from './passShape.ts';

/** The first whose values are all known is shown. */
export type Texts = readonly Text[];
/** The same in each language of the card, in their order. */
export type Text = readonly Phrase[];

/** "text", { "en": "text", "de": "Text" }, or a list of such. */
export const textsCodec = (languages: readonly string[], scope: Shape): t.Type<Texts, unknown> =>
  readText('text', (value) => E.traverseArray(readOne(languages, scope))(Array.isArray(value) ? value : [value]));

const readOne =
  (languages: readonly string[], scope: Shape) =>
  (value: unknown): E.Either<string, Text> =>
    E.chain(E.traverseArray((text: string) => readPhrase(text, scope)))(eachLanguage(languages, value));

/** What the lock screen tells: %@ is the new value, written as the field writes it. */
export const messageCodec = (languages: readonly string[]): t.Type<readonly string[], unknown> =>
  readText('a message', (value) => {
    const texts = eachLanguage(languages, value);
    if (E.isLeft(texts) || texts.right.every(isMessage)) return texts;
    return E.left('text with %@ where the new value stands, once, and without {…}');
  });

const isMessage = (text: string): boolean => text.split('%@').length === 2 && !/[{}]/.test(text);

const eachLanguage = (languages: readonly string[], value: unknown): E.Either<string, readonly string[]> => {
  if (typeof value === 'string') return E.right(languages.map(() => value));
  const expected = `text, or text for each language: { ${languages.map((language) => `"${language}": …`).join(', ')} }`;
  if (!isJsonObject(value) || Object.keys(value).some((language) => !languages.includes(language)))
    return E.left(expected);
  const texts = languages.map((language) => value[language]);
  return texts.every((text) => typeof text === 'string') ? E.right(texts) : E.left(expected);
};
