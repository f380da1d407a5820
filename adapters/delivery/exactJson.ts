/** JSON.parse, but numbers that a double may not hold stay as they were written, for JSON.stringify. Throws as JSON.parse does, with the text in the message. */
export const parseExactly = (text: string): unknown =>
  LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);

const LONG_NUMBER = /[:[,]\s*-?[\d.]{16}/;
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined && context.source.length >= 16
    ? rawJson(context.source)
    : value;

/** JSON.rawJSON is in V8, and not in the types yet. */
const { rawJSON: rawJson } = JSON as typeof JSON & { readonly rawJSON: (text: string) => unknown };
