import * as t from 'io-ts';
import { orNull } from './common.ts';

/** A job that is done each night. */
export const NightlyJob = t.strict(
  {
    job: t.string,
    /** When it is done next; where it is due, since when it waits for its turn. */
    nextAt: t.string,
    isDue: t.boolean,
    /** The job of the night before; null: there was none. What it found is at GET /api/jobs/{id}. */
    jobId: orNull(t.string),
  },
  'NightlyJob',
);
export type NightlyJob = t.TypeOf<typeof NightlyJob>;
