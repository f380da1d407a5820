/** The texts of one pass in its languages: what stands in pass.json is the first language's, and the key to the others. */
export type Translations = {
  /** The text for pass.json. texts: the same in each language, in their order. */
  readonly keyOf: (texts: readonly string[]) => string;
  /** pass.strings of each language; none where no text differs. */
  readonly files: () => readonly (readonly [language: string, content: string])[];
};

/**
 * Wallet looks up every text of a pass, values too. So a member who is called like a label must not be translated: of two texts that read alike
 * in the first language and differ in another, the second gets a character that nobody sees.
 */
export const translations = (languages: readonly string[]): Translations => {
  const known = new Map<string, readonly string[]>();
  return {
    keyOf: (texts) => {
      let key = texts[0] ?? '';
      for (let same = known.get(key); same !== undefined && !isSame(same, texts); same = known.get(key)) key += UNSEEN;
      known.set(key, texts);
      return key;
    },
    files: () => {
      const entries = [...known].filter(([key, texts]) => key !== '' && texts.some((text) => text !== key));
      if (entries.length === 0) return [];
      return languages.map((language, at) => [
        language,
        entries.map(([key, texts]) => line(key, texts[at] ?? key)).join('\n'),
      ]);
    },
  };
};

/** WORD JOINER. */
const UNSEEN = '\u2060';
const isSame = (a: readonly string[], b: readonly string[]): boolean => a.every((text, at) => text === b[at]);

const line = (key: string, text: string): string => `"${escaped(key)}" = "${escaped(text)}";`;
const escaped = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replace(/["\\\n\r]/g, (found) => ESCAPES[found] ?? '') : text;
const NEEDS_ESCAPE = /["\\\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
