import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { StoreCorrupt } from '#domain/index.ts';
import { DIGEST_BYTES, type Fingerprints } from '../forget/fingerprints.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { bytesIn, type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: what is looked for of who is being forgotten, in the ops table until it is over. Nobody can tell what it was once the key
 * `forgetting:<member id>` is destroyed.
 *
 *   p  "fingerprints"    s  the member's id    f  format
 *   n  how many values it is of    short  how many were too short to look for
 *   l  lengths in bytes, JSON      b  digests of beginnings, one after another    w  digests of the whole
 */
export const fingerprintKey = (memberId: string): Item => ({ p: { S: 'fingerprints' }, s: { S: memberId } });

/** values: how many there are. */
export type TakenFingerprints = Fingerprints & {
  readonly memberId: string;
  readonly values: number;
  readonly tooShort: number;
};

const FORMAT = 1;

export const fingerprintItem = (taken: TakenFingerprints): Item => ({
  ...fingerprintKey(taken.memberId),
  ...{ f: number(FORMAT), n: number(taken.values), short: number(taken.tooShort) },
  l: { S: JSON.stringify(taken.lengths) },
  ...(taken.wholes.length > 0 && { b: { B: joined(taken.beginnings) }, w: { B: joined(taken.wholes) } }),
});

const Lengths = t.readonlyArray(t.number);

export const readFingerprintItem = (item: ItemImage): E.Either<StoreCorrupt, TakenFingerprints> => {
  const [memberId, values, tooShort] = [textIn(item, 's'), numberIn(item, 'n'), numberIn(item, 'short')];
  const lengths = decodedJson(Lengths, textIn(item, 'l') ?? '');
  if (
    (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT ||
    memberId === undefined ||
    values === undefined ||
    E.isLeft(lengths)
  )
    return E.left(corrupt('fingerprints', `expected fingerprints, format ${FORMAT} or older`));
  return E.right({
    ...{ memberId, values, tooShort: tooShort ?? 0, lengths: lengths.right },
    ...{ beginnings: parted(bytesIn(item, 'b')), wholes: parted(bytesIn(item, 'w')) },
  });
};

const joined = (digests: readonly string[]): Uint8Array =>
  Buffer.concat(digests.map((digest) => Buffer.from(digest, 'base64')));

const parted = (bytes: Uint8Array = new Uint8Array()): readonly string[] =>
  Array.from({ length: bytes.length / DIGEST_BYTES }, (_, index) =>
    Buffer.from(bytes.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)).toString('base64'),
  );
