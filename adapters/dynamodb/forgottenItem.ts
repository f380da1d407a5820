import * as E from 'fp-ts/lib/Either.js';
import type { AskedToBeForgotten, StoreCorrupt } from '#domain/index.ts';
import { corrupt } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: who asked to be forgotten is one partition of the ops table. It stays, as a tombstone does.
 *
 *   p  "forgotten"    s  the member's id    f  format    at  when it was asked, epoch ms    settled "1"; absent: something is left to be done
 */
export const forgottenPartition = 'forgotten';

export const FORMAT = 1;

export const forgottenKey = (memberId: string): Item => ({ p: { S: forgottenPartition }, s: { S: memberId } });

export const forgottenItem = ({ memberId, askedAt, isSettled }: AskedToBeForgotten): Item => ({
  ...forgottenKey(memberId),
  f: number(FORMAT),
  at: number(askedAt),
  ...(isSettled && { settled: { S: '1' } }),
});

export const readForgottenItem = (item: ItemImage): E.Either<StoreCorrupt, AskedToBeForgotten> => {
  const [memberId, askedAt] = [textIn(item, 's'), numberIn(item, 'at')];
  if (memberId === undefined || askedAt === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return E.left(corrupt('forgotten', `expected who asked to be forgotten, format ${FORMAT} or older`));
  return E.right({ memberId, askedAt, isSettled: textIn(item, 'settled') === '1' });
};
