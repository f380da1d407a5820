import * as E from 'fp-ts/lib/Either.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type { Clock, EpochMs, ReadFailure, StoreUnavailable } from '#domain/index.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';

type RedriveDeps = {
  readonly deliveries: Pick<DeliveryStore, 'ofMember' | 'list' | 'redrive'>;
  readonly clock: Clock;
};

/** next: where to go on, as `after`; null: that was all. */
export type Redriven = { readonly redriven: number; readonly next: string | null };

/**
 * What is not delivered of a member, at these destinations: what was one once would wait for ever. isWhole: what was delivered, too. null: nothing is known of
 * it there.
 */
export const redriveMember = async (
  { deliveries }: RedriveDeps,
  member: string,
  destinations: readonly string[],
  isWhole: boolean,
): Promise<E.Either<ReadFailure, Redriven | null>> => {
  const found = await deliveries.ofMember(member)();
  if (E.isLeft(found)) return found;
  const wanted = found.right.filter(({ key }) => destinations.includes(key.destination));
  if (wanted.length === 0) return E.right(null);
  return E.map((redriven: number) => ({ redriven, next: null }))(await redrive(deliveries, wanted, isWhole));
};

/**
 * A page of what is dead at a destination. Each once: what died again since the first page was asked for is left, or whoever follows `next` would send what
 * is always refused for ever.
 */
export const redriveDead = async (
  { deliveries, clock }: RedriveDeps,
  destination: string,
  after: string | null,
): Promise<E.Either<ReadFailure, Redriven>> => {
  const { startedAt, cursor } = readPlace(after) ?? { startedAt: clock(), cursor: null };
  const page = await deliveries.list(destination, 'dead', { limit: PAGE, next: cursor })();
  if (E.isLeft(page)) return page;
  const dead = page.right.deliveries.filter(({ updatedAt }) => updatedAt <= startedAt);
  const count = await redrive(deliveries, dead, false);
  if (E.isLeft(count)) return count;
  const { next } = page.right;
  // What is sent again is not in the list any more: where all of a page left it, what comes next moved up to its place.
  const goOn = count.right === page.right.deliveries.length ? cursor : next;
  return E.right({ redriven: count.right, next: next === null ? null : placeText({ startedAt, cursor: goOn }) });
};

const PAGE = 100;

type Place = { readonly startedAt: EpochMs; readonly cursor: string | null };
const placeText = ({ startedAt, cursor }: Place): string => `${startedAt}.${cursor ?? ''}`;
/** What cannot be read begins anew. */
const readPlace = (after: string | null): Place | null => {
  const [, startedAt, cursor] = /^(\d{1,15})\.(.*)$/s.exec(after ?? '') ?? [];
  return startedAt === undefined
    ? null
    : { startedAt: Number(startedAt), cursor: cursor === '' ? null : (cursor ?? null) };
};

/** How many wait again. */
const redrive = async (
  deliveries: Pick<DeliveryStore, 'redrive'>,
  these: readonly Delivery[],
  isWhole: boolean,
): Promise<E.Either<StoreUnavailable, number>> => {
  let count = 0;
  for (const some of RA.chunksOf(AT_ONCE)(these)) {
    const results = await Promise.all(some.map(({ key }) => deliveries.redrive(key, isWhole)()));
    const failed = results.find(E.isLeft);
    if (failed !== undefined) return failed;
    count += results.filter((result) => E.isRight(result) && result.right).length;
  }
  return E.right(count);
};

/** At once: a page of dead deliveries is no reason to hold up live ones. */
const AT_ONCE = 10;
