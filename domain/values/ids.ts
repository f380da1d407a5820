import * as O from 'fp-ts/lib/Option.js';

/** The id of a source record. Salesforce's are 18 characters, normalised at the edge. */
export type RecordId = string;

const SHORT_ID = /^[a-zA-Z0-9]{15}$/;
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * A Salesforce id in its 18-character form. None: wrong length or alphabet.
 * The suffix holds one letter for each five characters, saying which of them are upper case
 * (Salesforce, "ID Field Type"); it makes ids safe where letter case is lost.
 */
export const salesforceId = (text: string): O.Option<RecordId> => {
  if (isWholeId(text)) return O.some(text);
  return SHORT_ID.test(text) ? O.some(text + suffixOf(text)) : O.none;
};

/** Whether a text is an id in 18 characters. Character by character: two thirds of the time of a pattern (npm run bench -- ndjson). */
export const isWholeId = (text: string): boolean => {
  if (text.length !== 18) return false;
  for (let at = 0; at < 18; at++) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    // In ASCII letters differ from their capitals in one bit.
    const lower = code | 0x20;
    if (!isDigit && !(lower >= 0x61 && lower <= 0x7a)) return false;
  }
  return true;
};

const suffixOf = (id15: string): string =>
  [0, 5, 10]
    .map((start) => {
      let upperCase = 0;
      for (let bit = 0; bit < 5; bit++) {
        const character = id15.charAt(start + bit);
        if (character >= 'A' && character <= 'Z') upperCase |= 1 << bit;
      }
      return SUFFIX.charAt(upperCase);
    })
    .join('');
