import * as t from 'io-ts';
import { orNull, pageOf } from './common.ts';
import { RunStateCodec } from './upkeep.ts';

export const RunText = t.strict(
  {
    flow: t.string,
    executionId: t.string,
    object: t.string,
    state: RunStateCodec,
    startedAt: orNull(t.string),
    endedAt: orNull(t.string),
    /** Records that the flow says it delivered; null: it did not say. */
    reported: orNull(t.number),
    files: t.number,
    filesUnread: t.number,
    rows: t.number,
    unreadable: t.number,
    /**
     * Of each field, how many of the records that the rows say show that no event told of a change ("existence": of a creation, a deletion), or that what was
     * merged is wrong. null: no full load came before, so it is no audit.
     */
    audit: orNull(t.readonlyArray(t.strict({ field: t.string, missed: t.number, wrong: t.number }, 'FieldAudit'))),
    error: orNull(t.string),
  },
  'Run',
);
export type RunText = t.TypeOf<typeof RunText>;
export const RunTexts = pageOf(RunText, 'Runs');

export const AcceptedDeletions = t.strict(
  { flow: t.string, executionId: t.string, accepted: t.literal(true) },
  'AcceptedDeletions',
);
