import * as t from 'io-ts';

/** With what stands before it in keys of the store, which take 1,024 (DynamoDB guide, "Constraints"). */
export const MOST_KEY_BYTES = 900;

/** Whether a store can be asked for it: not empty, no half characters, not too long. Anything else is the id of nothing. */
export const isKeyText = (text: string): boolean =>
  text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= MOST_KEY_BYTES;

export const KeyText = t.refinement(t.string, isKeyText, `an id of 1 to ${MOST_KEY_BYTES} bytes`);
