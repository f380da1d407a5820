import type { RecordRef, RowHash } from '#domain/index.ts';
import type { HashRow } from './rowHash.ts';

/** A row that is not parsed yet. offset: of its line in the file; from, to: of its bytes in the batch. */
export type Row = {
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  /** Whose row it seems to be; null: that is not seen without parsing it. */
  readonly ref: RecordRef | null;
  readonly hash: RowHash;
};

/** Rows merged at once, with a copy of their bytes: those of a line are gone with the next chunk. */
export type RowBatch = {
  readonly rows: Row[];
  /** False: it is full. Any line fits into an empty one. */
  readonly add: (line: Uint8Array, offset: number) => boolean;
  readonly bytes: () => Buffer;
  readonly clear: () => void;
};

/**
 * What a batch becomes (observations, records, events, transactions) is some four times as large, and alive while it is written. 500 rows of 800 bytes were more
 * than a young generation of 8 MB could drop: a kilobyte of each row was moved to the old one to die there, where now it is 70 to 240 bytes (--trace-gc-nvp).
 * The more rows, on the other hand, the more of one member meet and share a commit.
 */
const MAX_ROWS = 250;
const MAX_BYTES = 256 * 1024;

export const rowBatch = (object: string, hashOf: HashRow): RowBatch => {
  const usual = Buffer.allocUnsafe(MAX_BYTES);
  const rows: Row[] = [];
  let bytes = usual;
  let used = 0;
  return {
    rows,
    bytes: () => bytes,
    add: (line, offset) => {
      if (rows.length === 0 && line.length > bytes.length) bytes = Buffer.allocUnsafe(line.length);
      if (rows.length === MAX_ROWS || used + line.length > bytes.length) return false;
      const [from, to] = [used, used + line.length];
      bytes.set(line, from);
      used = to;
      const id = idSeen(bytes, from, to);
      rows.push({ offset, from, to, ref: id === null ? null : { object, id }, hash: hashOf(line) });
      return true;
    },
    clear: () => {
      rows.length = 0;
      bytes = usual;
      used = 0;
    },
  };
};

/** As AppFlow writes rows: {"Id":"0038d00000Ada00AAA", … */
const ID_FIRST = Buffer.from('{"Id":"');
const ID_LENGTH = 18;
const QUOTE = 0x22;

/**
 * The id where a row usually begins with it; null elsewhere. Only where to look: a row is known by its hash, which only the record has whose row it was, and
 * what is not known is parsed.
 */
const idSeen = (bytes: Buffer, from: number, to: number): string | null => {
  const begin = from + ID_FIRST.length;
  const end = begin + ID_LENGTH;
  if (end >= to || bytes[end] !== QUOTE) return null;
  for (let at = 0; at < ID_FIRST.length; at++) if (bytes[from + at] !== ID_FIRST[at]) return null;
  for (let at = begin; at < end; at++) if (!isAlphanumeric(bytes[at] ?? 0)) return null;
  return bytes.toString('latin1', begin, end);
};

const isAlphanumeric = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
