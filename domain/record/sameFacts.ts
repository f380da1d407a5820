/** Facts are small plain data in a fixed key order, so their text tells them apart. */
export const sameFacts = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
