import * as t from 'io-ts';

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
