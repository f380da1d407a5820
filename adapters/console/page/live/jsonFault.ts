/** Where JSON text stops being JSON: line and column from 1, and what was expected there. */
export type JsonFault = { readonly line: number; readonly column: number; readonly expected: string };

/** null: it is JSON. Browsers say where in words of their own, or not at all. */
export const jsonFault = (text: string): JsonFault | null => {
  try {
    const end = space(text, value(text, space(text, 0)));
    return end === text.length ? null : faultAt(text, new Wrong(end, 'the end of the text'));
  } catch (error) {
    if (error instanceof Wrong) return faultAt(text, error);
    if (error instanceof RangeError) return faultAt(text, new Wrong(0, 'less in each other'));
    throw error;
  }
};

class Wrong extends Error {
  readonly at: number;
  readonly expected: string;
  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

const faultAt = (text: string, { at, expected }: Wrong): JsonFault => {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, expected };
};

/** Each of these takes the place where something begins, and gives the one behind it. */
const value = (text: string, at: number): number => {
  const first = text[at];
  if (first === '{') return list(text, at, '}', field);
  if (first === '[') return list(text, at, ']', value);
  const simple = matchAt(SIMPLE, text, at);
  if (simple !== null) return simple;
  if (first === '"') throw new Wrong(at, 'a closed text: "…" on one line, with \\ before what is special');
  throw new Wrong(at, 'a value: {…}, […], "text", a number, true, false or null');
};

const field = (text: string, at: number): number => {
  const name = matchAt(TEXT, text, at);
  if (name === null) throw new Wrong(at, 'a field name in double quotes');
  const colon = space(text, name);
  if (text[colon] !== ':') throw new Wrong(colon, 'a colon');
  return value(text, space(text, colon + 1));
};

const list = (text: string, open: number, close: string, item: typeof value): number => {
  let at = space(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = space(text, item(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw new Wrong(at, `a comma or ${close}`);
    at = space(text, at + 1);
  }
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what JSON text may not hold.
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SIMPLE = new RegExp(`${TEXT.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y');

const space = (text: string, at: number): number => matchAt(/[ \t\r\n]*/y, text, at) ?? at;

const matchAt = (pattern: RegExp, text: string, at: number): number | null => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
};
