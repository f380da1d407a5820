import * as t from 'io-ts';
import { orNull, pageOf } from './common.ts';

/** A projection of a member that failed. asOf: version of the last event that it folded. */
export const ParkedText = t.strict(
  {
    memberId: t.string,
    projection: t.string,
    asOf: t.number,
    reason: t.string,
    parkedAt: t.string,
    triedAt: t.string,
    attempts: t.number,
  },
  'Parked',
);
export type ParkedText = t.TypeOf<typeof ParkedText>;

export const ParkedCounts = t.strict(
  {
    members: t.number,
    /** Members by name@version. */
    projections: t.readonly(t.record(t.string, t.number)),
    /** There are more than were counted. */
    isMore: t.boolean,
  },
  'ParkedCounts',
);
export type ParkedCounts = t.TypeOf<typeof ParkedCounts>;

export const ParkedPage = pageOf(ParkedText, 'ParkedPage');

/** What a try of all of them came to; parked: those that are so still, a page of them. */
export const RetriedParked = t.strict(
  {
    recovered: t.readonlyArray(t.strict({ memberId: t.string, projection: t.string })),
    /** Members that could not be looked at. */
    failed: t.readonlyArray(t.strict({ memberId: t.string, reason: t.string })),
    parked: t.readonlyArray(ParkedText),
    next: orNull(t.string),
  },
  'RetriedParked',
);
export type RetriedParked = t.TypeOf<typeof RetriedParked>;
