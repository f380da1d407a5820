import * as E from 'fp-ts/lib/Either.js';
import type { Parked, ParkStore } from '#domain/index.ts';
import type { ParkedCounts, ParkedText } from './answers/parked.ts';

/** asOf: version of the last event that the projection folded. */
export const parkedText = ({ memberId, ref, asOf, reason, parkedAt, triedAt, attempts }: Parked): ParkedText => ({
  ...{ memberId, projection: ref, asOf, reason },
  parkedAt: new Date(parkedAt).toISOString(),
  triedAt: new Date(triedAt).toISOString(),
  attempts,
});

const MAX_COUNTED = 1_000;

/** Status is asked often: the first thousand are counted. members -1: the store did not answer. */
export const countParked = async (parked: Pick<ParkStore, 'list'>): Promise<ParkedCounts> => {
  const listed = await parked.list(null, MAX_COUNTED)();
  if (E.isLeft(listed)) return { members: -1, projections: {}, isMore: false };
  const { items, cursor } = listed.right;
  const projections: Record<string, number> = {};
  for (const { ref } of items) projections[ref] = (projections[ref] ?? 0) + 1;
  return { members: new Set(items.map(({ memberId }) => memberId)).size, projections, isMore: cursor !== null };
};
