import * as t from 'io-ts';
import type { AbsenceJob, RunState, StaleEntry } from '#domain/index.ts';
import { orNull } from './common.ts';

/** What a pass may lack, and since when; without id: anything of the object. */
export const StaleText = t.exact(
  t.intersection([
    t.type({
      scope: t.keyof({ record: null, children: null, object: null } satisfies Record<StaleEntry['scope'], null>),
      object: t.string,
      since: t.string,
    }),
    t.partial({ id: t.string }),
  ]),
  'Stale',
);
export type StaleText = t.TypeOf<typeof StaleText>;

export const RunStateCodec = t.keyof(
  { open: null, complete: null, disagreeing: null, failed: null } satisfies Record<RunState, null>,
  'RunState',
);

export const Absence = t.strict(
  {
    object: t.string,
    /** Keys of its runs. */
    runs: t.readonlyArray(t.string),
    known: t.number,
    missedTwice: t.number,
    buried: t.number,
    state: t.keyof({ comparing: null, burying: null, held: null, done: null } satisfies Record<
      AbsenceJob['phase']['type'],
      null
    >),
    /** Why deletions are held; POST …/accept-deletions lets them through. */
    heldBecause: orNull(t.string),
  },
  'Absence',
);
export type Absence = t.TypeOf<typeof Absence>;

/** What is out of date, what was asked for, how flow runs went, and which deletions wait for a person. -1: the store did not answer. */
export const Upkeep = t.strict(
  {
    stale: t.strict({ count: t.number, items: t.readonlyArray(StaleText) }),
    reReads: t.readonlyArray(
      t.strict({ object: t.string, scope: t.string, since: t.string, requestedAt: t.string }, 'ReRead'),
    ),
    /** Of the last runs heard of, by state. */
    runs: t.strict({ open: t.number, complete: t.number, disagreeing: t.number, failed: t.number }),
    /** Of each object whose full loads are declared, the load that was compared last. */
    absences: t.readonlyArray(Absence),
  },
  'Upkeep',
);
export type Upkeep = t.TypeOf<typeof Upkeep>;
