/**
 * Where JSON ends in bytes that are UTF-8, as the grammar has it (RFC 8259), but written as machines write it: without blanks.
 * A function that is called ...To says where something ends that begins at a byte, NONE: it is not there.
 */
export const NONE = -1;

export const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
export const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
export const [MINUS, POINT, ZERO] = [0x2d, 0x2e, 0x30];
export const [LOWER_T, LOWER_F, LOWER_N] = [0x74, 0x66, 0x6e];
const [PLUS, LOWER_E, UPPER_E, LOWER_U] = [0x2b, 0x65, 0x45, 0x75];

/** Whether a byte of a string stands for itself, or is part of a character beyond ASCII. */
export const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Where the plain bytes end; a line feed ends them at the latest. */
export const plainTo = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (isPlain[bytes[at] ?? 0] === 1) at += 1;
  return at;
};

/** depth: of the objects and lists around it. */
export const valueTo = (bytes: Uint8Array, from: number, depth: number): number => {
  switch (bytes[from]) {
    case QUOTE:
      return stringTo(bytes, from);
    case LOWER_T:
      return wordTo(bytes, from, TRUE);
    case LOWER_F:
      return wordTo(bytes, from, FALSE);
    case LOWER_N:
      return wordTo(bytes, from, NULL);
    case OPEN:
      return objectTo(bytes, from, depth + 1);
    case OPEN_LIST:
      return listTo(bytes, from, depth + 1);
    default:
      return numberTo(bytes, from);
  }
};

const stringTo = (bytes: Uint8Array, from: number): number => {
  let at = plainTo(bytes, from + 1);
  while (bytes[at] === BACKSLASH) {
    const length = escapeLength(bytes, at + 1);
    if (length === NONE) return NONE;
    at = plainTo(bytes, at + 1 + length);
  }
  return bytes[at] === QUOTE ? at + 1 : NONE;
};

/** Of what follows a backslash. */
const escapeLength = (bytes: Uint8Array, at: number): number => {
  if (bytes[at] === LOWER_U) return [1, 2, 3, 4].every((nth) => HEX.has(bytes[at + nth] ?? 0)) ? 5 : NONE;
  return ESCAPED.has(bytes[at] ?? 0) ? 1 : NONE;
};
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const HEX: ReadonlySet<number> = new Set(Buffer.from('0123456789abcdefABCDEF'));

const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map((word) => Buffer.from(word)) as [Buffer, Buffer, Buffer];

const wordTo = (bytes: Uint8Array, from: number, word: Uint8Array): number => {
  for (let at = 1; at < word.length; at++) if (bytes[from + at] !== word[at]) return NONE;
  return from + word.length;
};

const numberTo = (bytes: Uint8Array, from: number): number => {
  let at = bytes[from] === MINUS ? from + 1 : from;
  at = bytes[at] === ZERO ? at + 1 : digitsTo(bytes, at);
  if (at !== NONE && bytes[at] === POINT) at = digitsTo(bytes, at + 1);
  if (at === NONE || (bytes[at] !== LOWER_E && bytes[at] !== UPPER_E)) return at;
  const isSigned = bytes[at + 1] === MINUS || bytes[at + 1] === PLUS;
  return digitsTo(bytes, at + (isSigned ? 2 : 1));
};

/** NONE: there is not even one. */
const digitsTo = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at === from ? NONE : at;
};

export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Deeper than any record is: such a line is parsed as a whole, which has its own limit. */
const MAX_DEPTH = 20;

const objectTo = (bytes: Uint8Array, from: number, depth: number): number => {
  if (depth > MAX_DEPTH) return NONE;
  if (bytes[from + 1] === CLOSE) return from + 2;
  let at = from;
  do {
    if (bytes[at] !== (at === from ? OPEN : COMMA) || bytes[at + 1] !== QUOTE) return NONE;
    const keyTo = stringTo(bytes, at + 1);
    if (keyTo === NONE || bytes[keyTo] !== COLON) return NONE;
    at = valueTo(bytes, keyTo + 1, depth);
    if (at === NONE) return NONE;
  } while (bytes[at] !== CLOSE);
  return at + 1;
};

const listTo = (bytes: Uint8Array, from: number, depth: number): number => {
  if (depth > MAX_DEPTH) return NONE;
  if (bytes[from + 1] === CLOSE_LIST) return from + 2;
  let at = from;
  do {
    if (bytes[at] !== (at === from ? OPEN_LIST : COMMA)) return NONE;
    at = valueTo(bytes, at + 1, depth);
    if (at === NONE) return NONE;
  } while (bytes[at] !== CLOSE_LIST);
  return at + 1;
};
