import { hash } from 'node:crypto';
import { bytesOf, namedAs, needlesOf, type Search, standsWhole } from './search.ts';

/**
 * What to look for, for whoever must not know what it is: digests under a key of their own, of everything that the values may stand as. Who has the key can
 * tell whether a guess is among them, and nothing else; once it is destroyed they are noise.
 */
export type Fingerprints = {
  /** Of how many bytes there are any. */
  readonly lengths: readonly number[];
  /** Of their first bytes alone, so that most places of a text are passed by. */
  readonly beginnings: readonly string[];
  readonly wholes: readonly string[];
};

/** Every value that is looked for has that many (values.ts). */
const BEGINNING = 3;
export const DIGEST_BYTES = 16;

export const fingerprintsOf = (key: Uint8Array, values: readonly string[]): Fingerprints => {
  const needles = needlesOf(values);
  return {
    lengths: [...new Set(needles.map(({ length }) => length))].toSorted((a, b) => a - b),
    beginnings: [...new Set(needles.map((needle) => digest(key, 'beginning', needle.subarray(0, BEGINNING))))],
    wholes: needles.map((needle) => digest(key, 'whole', needle)),
  };
};

/**
 * In base64. What it is of is in it, so that none stands for another. SHA-256 behind the key rather than HMAC, at a quarter of the time: what that would
 * protect from needs the whole digest, and half of it is kept.
 */
const digest = (key: Uint8Array, of: 'beginning' | 'whole', bytes: Uint8Array): string =>
  hash('sha256', Buffer.concat([key, OF[of], bytes]), 'buffer').toString('base64', 0, DIGEST_BYTES);
const OF = { beginning: Buffer.from([1]), whole: Buffer.from([2]) };

/** Only in what names the member: a digest is taken for every place of it. */
export const searchByFingerprints = (
  key: Uint8Array,
  { lengths, ...taken }: Fingerprints,
  memberId: string,
): Search => {
  const [beginnings, wholes] = [new Set(taken.beginnings), new Set(taken.wholes)];
  const id = namedAs(memberId);
  /** By the first bytes as a number: 1, nothing begins so; 2, something does. An array, since whatever is sealed brings millions of them. */
  const begins = new Uint8Array(2 ** (8 * BEGINNING));
  const mayBegin = (bytes: Buffer, at: number): boolean => {
    const first = bytes.readUIntBE(at, BEGINNING);
    if (begins[first] === 0)
      begins[first] = beginnings.has(digest(key, 'beginning', bytes.subarray(at, at + BEGINNING))) ? 2 : 1;
    return begins[first] === 2;
  };
  const standsAt = (bytes: Buffer, at: number): boolean =>
    mayBegin(bytes, at) &&
    lengths.some(
      (length) =>
        at + length <= bytes.length &&
        standsWhole(bytes, at, length) &&
        wholes.has(digest(key, 'whole', bytes.subarray(at, at + length))),
    );
  return {
    onlyNamed: true,
    names: (unit) => bytesOf(unit).includes(id),
    inUnit: (unit) => {
      if (wholes.size === 0) return null;
      const bytes = bytesOf(unit);
      for (let at = 0; at <= bytes.length - BEGINNING; at++) if (standsAt(bytes, at)) return 'found';
      return null;
    },
  };
};
