import { isJsonObject } from '#domain/index.ts';
import type { DrawnCard } from './storeCard.ts';

/** pass.json as a phone of that language shows it: its texts looked up in that language's pass.strings, as Wallet does. */
export const shownIn = ({ passJson, strings }: DrawnCard, language: string): object => {
  const content = strings.find(([one]) => one === language)?.[1] ?? '';
  const words = wordsOf(content);
  const shown = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return TEXTS.has(name) ? (words.get(value) ?? value) : value;
    if (Array.isArray(value)) return value.map((one) => shown(one, name));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one, key)]));
  };
  return Object(shown(passJson, ''));
};

const TEXTS: ReadonlySet<string> = new Set(['label', 'value', 'altText', 'logoText']);

/** "key" = "text"; in lines, as translations.ts writes them. */
const wordsOf = (content: string): ReadonlyMap<string, string> =>
  new Map(
    [...content.matchAll(/^"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";$/gm)].map(([, key = '', text = '']) => [
      unescaped(key),
      unescaped(text),
    ]),
  );

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character === 'r' ? '\r' : character));
