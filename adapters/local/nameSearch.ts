/** As names are compared: without case and accents; letters that are no accented ones are written as people type them. */
export const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđłı]/g, (letter) => TYPED[letter] ?? letter)
    .replace(/\p{Pd}/gu, '-')
    .replace(/[’‘ʼ]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();

const TYPED: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ł: 'l', ı: 'i' };

/** The words that are looked for, without what stands around them: “Roth, Zoë;”. */
export const wordsOf = (q: string): readonly string[] =>
  folded(q)
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');

/** Whether each of the words is where a word of the folded text begins: luc is found in jean-luc, 10023 in m-10023. */
export const matches = (text: string, words: readonly string[]): boolean => words.every((word) => begins(text, word));

/** Scripts that write family and given name without a space. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const begins = (text: string, word: string): boolean => {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || UNSPACED.test(word) || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  return false;
};
