import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { authenticationToken } from '../apple/authenticationToken.ts';
import type { PassPackage } from '../apple/passPackage.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { NoPass, PassApiDeps } from './passApi.ts';

type PassFileDeps = {
  readonly deliveries: Pick<DeliveryStore, 'card'>;
  readonly passPackage: PassPackage;
  readonly passTypeIdentifier: string;
  /** The current value of `apple-token-key`. */
  readonly tokenKey: TaskEither<unknown, string>;
};

/** The pass of a member for Apple Wallet, with the token that its web service asks for. */
export const passFileOf =
  ({ deliveries, passPackage, passTypeIdentifier, tokenKey }: PassFileDeps): NonNullable<PassApiDeps['passFile']> =>
  async (memberId) => {
    const [card, key] = [await deliveries.card(memberId)(), await tokenKey()];
    if (E.isLeft(card) || E.isLeft(key)) return E.left<NoPass>('Unavailable');
    if (O.isNone(card.right)) return E.left<NoPass>('Unknown');
    const { revision, modifiedAt } = card.right.value;
    const bytes = await passPackage(card.right.value, authenticationToken(key.right, passTypeIdentifier, memberId));
    return E.right({ bytes, revision, modifiedAt });
  };

type SaveLinkDeps = {
  readonly deliveries: Pick<DeliveryStore, 'ofMember'>;
  readonly saveLink: (memberId: string) => TaskEither<unknown, string>;
};

/** Where a member saves the card with Google: once it is there. */
export const saveLinkOf =
  ({ deliveries, saveLink }: SaveLinkDeps): NonNullable<PassApiDeps['saveLink']> =>
  async (memberId) => {
    const found = await deliveries.ofMember(memberId)();
    if (E.isLeft(found)) return E.left<NoPass>('Unavailable');
    if (found.right.length === 0) return E.left<NoPass>('Unknown');
    const isThere = found.right.some(({ key, done }) => key.destination === 'google' && done > 0);
    if (!isThere) return E.left<NoPass>('NotYet');
    return E.mapLeft((): NoPass => 'Unavailable')(await saveLink(memberId)());
  };
