import * as E from 'fp-ts/lib/Either.js';
import type { StoreCorrupt } from '#domain/index.ts';
import type { Registration, Seen } from '../delivery/registrations.ts';
import { MEMBER } from './cardItem.ts';
import { corrupt } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: a pass on a device is two items of the deliveries table. The one beside the member's card says all, the other only that
 * it is there.
 *
 *   p "member#<id>"      s "device#<device id>"     f format   pushToken   registeredAt ms
 *                                                   listed, fetched  revisions   listedAt, fetchedAt  ms
 *   p "device#<id>"      s "member#<member id>"     f format
 */
const FORMAT = 1;

export const DEVICE = 'device#';
type Of = Pick<Registration, 'deviceId' | 'memberId'>;

export const registrationKey = ({ deviceId, memberId }: Of): Item => ({
  p: { S: `${MEMBER}${memberId}` },
  s: { S: `${DEVICE}${deviceId}` },
});
export const pointerKey = ({ deviceId, memberId }: Of): Item => ({
  p: { S: `${DEVICE}${deviceId}` },
  s: { S: `${MEMBER}${memberId}` },
});

export const pointerItem = (of: Of): Item => ({ ...pointerKey(of), f: number(FORMAT) });

/** The member that a pointer names. */
export const readPointer = (item: ItemImage): E.Either<StoreCorrupt, Of> => {
  const [p, s] = [textIn(item, 'p') ?? '', textIn(item, 's') ?? ''];
  if (!p.startsWith(DEVICE) || !s.startsWith(MEMBER) || !isKnownFormat(item))
    return E.left(corrupt('pass of a device', `expected a pass on a device, format ${FORMAT} or older`));
  return E.right({ deviceId: p.slice(DEVICE.length), memberId: s.slice(MEMBER.length) });
};

export const registrationItem = (registration: Registration): Item => ({
  ...registrationKey(registration),
  f: number(FORMAT),
  pushToken: { S: registration.pushToken },
  registeredAt: number(registration.registeredAt),
  ...seenAttributes('listed', registration.listed),
  ...seenAttributes('fetched', registration.fetched),
});

const seenAttributes = (what: 'listed' | 'fetched', seen: Seen | null): Item =>
  seen === null ? {} : { [what]: number(seen.revision), [`${what}At`]: number(seen.at) };

export const readRegistration = (item: ItemImage): E.Either<StoreCorrupt, Registration> => {
  const bad = (reason: string) => E.left(corrupt('registration', reason));
  if (!isKnownFormat(item)) return bad(`expected format ${FORMAT} or older`);
  const [p, s, pushToken] = ['p', 's', 'pushToken'].map((name) => textIn(item, name));
  const registeredAt = numberIn(item, 'registeredAt');
  if (p === undefined || s === undefined || !s.startsWith(DEVICE)) return bad('expected a registration');
  if (pushToken === undefined || registeredAt === undefined) return bad('expected a registration');
  return E.right({
    ...{ deviceId: s.slice(DEVICE.length), memberId: p.slice(MEMBER.length), pushToken, registeredAt },
    ...{ listed: seenIn(item, 'listed'), fetched: seenIn(item, 'fetched') },
  });
};

const seenIn = (item: ItemImage, what: 'listed' | 'fetched'): Seen | null => {
  const [revision, at] = [numberIn(item, what), numberIn(item, `${what}At`)];
  return revision === undefined || at === undefined ? null : { revision, at };
};

const isKnownFormat = (item: ItemImage): boolean => (numberIn(item, 'f') ?? FORMAT + 1) <= FORMAT;
