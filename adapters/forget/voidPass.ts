import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Clock, ForgottenMember, ForgottenStore, ReadFailure, ViewStore } from '#domain/index.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Registrations } from '../delivery/registrations.ts';

export type VoidPassDeps = {
  readonly views: Pick<ViewStore, 'load'>;
  readonly forgotten: Pick<ForgottenStore, 'list'>;
  readonly deliveries: Pick<DeliveryStore, 'card' | 'ofMember'>;
  readonly registrations: Pick<Registrations, 'ofMember' | 'unregister'>;
  readonly clock: Clock;
};

/** devices: whose registration is gone. kept: of those that have not fetched the void pass: without it they never would. */
export type VoidPass = { readonly isDelivered: boolean; readonly devices: number; readonly kept: number };

/** How long a phone that never asks is waited for, since the member asked. */
const GIVE_UP_MS = 30 * 86_400_000;

/**
 * How far the void pass came, and what is not needed any more where it arrived. The card stays, which has nothing personal left: older revisions that are
 * relayed late meet it, and change nothing.
 */
export const followVoidPass = async (
  deps: VoidPassDeps,
  memberId: string,
): Promise<E.Either<ReadFailure, VoidPass>> => {
  const live = await deps.views.load(memberId)();
  if (E.isLeft(live)) return live;
  const { revision } = live.right;
  const isDelivered = await isVoidDelivered(deps, memberId);
  if (E.isLeft(isDelivered)) return isDelivered;
  const listed = await deps.forgotten.list()();
  if (E.isLeft(listed)) return listed;
  const asked = listed.right.find((one) => one.memberId === memberId);
  const isTooLate = asked !== undefined && asked.askedAt < deps.clock() - GIVE_UP_MS;
  const devices = await deps.registrations.ofMember(memberId)();
  if (E.isLeft(devices)) return devices;
  const done = devices.right.filter(({ fetched }) => isTooLate || (fetched?.revision ?? 0) >= revision);
  for (const device of done) {
    const gone = await deps.registrations.unregister(device)();
    if (E.isLeft(gone)) return gone;
  }
  return E.right({
    isDelivered: isDelivered.right,
    devices: done.length,
    kept: devices.right.length - done.length,
  });
};

/** Wherever the member's pass is delivered to. */
export const isVoidDelivered = async (
  { views, deliveries }: Pick<VoidPassDeps, 'views' | 'deliveries'>,
  memberId: string,
): Promise<E.Either<ReadFailure, boolean>> => {
  const live = await views.load(memberId)();
  if (E.isLeft(live)) return live;
  const { revision } = live.right;
  const card = await deliveries.card(memberId)();
  if (E.isLeft(card)) return card;
  // Nothing was ever relayed of the member: there is nothing there.
  if (O.isNone(card.right)) return E.right(true);
  const places = await deliveries.ofMember(memberId)();
  if (E.isLeft(places)) return places;
  const { revision: known } = card.right.value;
  return E.right(
    known >= revision && places.right.every(({ state, done }) => state === 'delivered' && done >= revision),
  );
};

/** What is not over, in words. */
export const pendingOf = (
  { heldBackBy }: Pick<ForgottenMember, 'heldBackBy'>,
  { isDelivered, kept }: VoidPass,
): readonly string[] => [
  ...heldBackBy.map((ref) => `${ref} failed and holds back the void pass: mend it, then ask again.`),
  ...(isDelivered ? [] : ['The void pass is not delivered everywhere yet: the middleware goes on; ask again later.']),
  ...(kept === 0 ? [] : [`${kept} devices have not fetched the void pass: they stay registered for 30 days at most.`]),
];
