import { isWholeId } from '#domain/index.ts';

/** Looks for a member's personal values in what was stored. */
export type Search = {
  /** A thing by itself: an item, a line. Found: it also names the member. Alike: it does not, so it may be of somebody who is called the same. */
  readonly inUnit: (unit: Unit) => Hit;
  /** Whether a text names the member, by id. */
  readonly names: (unit: Unit) => boolean;
  /** What does not name the member is not looked at: nothing is ever alike. */
  readonly onlyNamed: boolean;
};
export type ByteSearch = Search & {
  /** Bytes of which nobody knows where one thing ends: it names the member where it does so nearby. */
  readonly inBytes: (bytes: Buffer) => Hits;
  /** Bytes in which each line is one thing: the rows of a file. */
  readonly inRows: (bytes: Buffer) => Hits;
};
export type Unit = Uint8Array | string;
export type Hit = 'found' | 'alike' | null;
export type Hits = { readonly found: number; readonly alike: number };

/** Bytes before and after a value in which the member is looked for. */
const NEARBY = 4_096;
const LINE_FEED = 0x0a;

/** ids: of the member, 18 characters; the 15 that Salesforce also writes are the beginning of them. */
export const searchFor = (values: readonly string[], memberId: string): ByteSearch => {
  const needles = needlesOf(values);
  const id = namedAs(memberId);

  const hitsIn = (bytes: Buffer): readonly number[] =>
    needles.flatMap((needle) => {
      const at: number[] = [];
      for (let from = bytes.indexOf(needle); from >= 0; from = bytes.indexOf(needle, from + 1))
        if (standsWhole(bytes, from, needle.length)) at.push(from);
      return at;
    });

  return {
    onlyNamed: false,
    names: (unit) => bytesOf(unit).includes(id),
    inUnit: (unit) => {
      const bytes = bytesOf(unit);
      if (hitsIn(bytes).length === 0) return null;
      return bytes.includes(id) ? 'found' : 'alike';
    },
    inBytes: (bytes) => {
      const hits = hitsIn(bytes);
      const found = hits.filter((at) => bytes.subarray(Math.max(0, at - NEARBY), at + NEARBY).includes(id)).length;
      return { found, alike: hits.length - found };
    },
    inRows: (bytes) => {
      const hits = hitsIn(bytes);
      const found = hits.filter((at) => {
        const near = bytes.subarray(at, at + NEARBY);
        const end = near.indexOf(LINE_FEED);
        const from = Math.max(bytes.lastIndexOf(LINE_FEED, at), at - NEARBY, 0);
        return bytes.subarray(from, end < 0 ? at + NEARBY : at + end).includes(id);
      }).length;
      return { found, alike: hits.length - found };
    },
  };
};

export const bytesOf = (unit: Unit): Buffer =>
  typeof unit === 'string' ? Buffer.from(unit) : Buffer.from(unit.buffer, unit.byteOffset, unit.length);

/** As every text about the member has it. */
export const namedAs = (memberId: string): string => (isWholeId(memberId) ? memberId.slice(0, 15) : memberId);

/** Whatever bytes the values may stand as. */
export const needlesOf = (values: readonly string[]): readonly Buffer[] =>
  [...new Set(values.flatMap(spellings))].map((text) => Buffer.from(text));

/** Shorter ones count only as words: "Ann" is no part of "Annual". */
const LONG = 6;
export const standsWhole = (bytes: Buffer, from: number, length: number): boolean =>
  length >= LONG || (!isWord(bytes[from - 1]) && !isWord(bytes[from + length]));
const isWord = (byte = 0x20): boolean => /[A-Za-z0-9]/.test(String.fromCharCode(byte));

/** As it is, as JSON writes it, and as JSON writes that; with letters beyond ASCII as they are, or as escapes. */
const spellings = (value: string): readonly string[] => {
  const once = JSON.stringify(value).slice(1, -1);
  const escaped = once.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [value, once, JSON.stringify(once).slice(1, -1), escaped];
};
