import * as t from 'io-ts';
import { JobState } from '#domain/index.ts';
import { orNull } from './common.ts';

/** The last time it was done. state: done, failed, or under way. */
const Night = t.strict(
  {
    /** The hour of the night that it was for. */
    dueAt: t.string,
    startedAt: t.string,
    endedAt: orNull(t.string),
    state: JobState,
    /** Begun more than an hour after its hour: the machine slept, or another job had the turn. */
    isLate: t.boolean,
  },
  'Night',
);

/** A job that is done each night. */
export const NightlyJob = t.strict(
  {
    job: t.string,
    /** When it is done next; where it is due, since when it waits for its turn. */
    nextAt: t.string,
    isDue: t.boolean,
    /** The job of the night before; null: there was none. What it found is at GET /api/jobs/{id}. */
    jobId: orNull(t.string),
    /** null: there was none, or the store does not say. */
    last: orNull(Night),
  },
  'NightlyJob',
);
export type Night = t.TypeOf<typeof Night>;
export type NightlyJob = t.TypeOf<typeof NightlyJob>;
