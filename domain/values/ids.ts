import * as O from 'fp-ts/lib/Option.js';

/** The id of a source record. Salesforce's are 18 characters, normalised at the edge. */
export type RecordId = string;

const SALESFORCE_ID = /^(?:[a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})$/;
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * A Salesforce id in its 18-character form. None: wrong length or alphabet.
 * The suffix holds one letter for each five characters, saying which of them are upper case
 * (Salesforce, "ID Field Type"); it makes ids safe where letter case is lost.
 */
export const salesforceId = (text: string): O.Option<RecordId> => {
  if (!SALESFORCE_ID.test(text)) return O.none;
  return O.some(text.length === 18 ? text : text + suffixOf(text));
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
