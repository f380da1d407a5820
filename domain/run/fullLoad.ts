import { type Mapping, meaningOf, objectOfFlow } from '../source/mapping.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type Run, runKey } from './run.ts';
import { readEverythingFrom } from './runState.ts';

/** Flows that together read every record of an object. */
export type DeclaredLoad = { readonly object: string; readonly flows: readonly string[] };

/** One complete reading of an object: a run of each of its flows. */
export type ClosedLoad = {
  readonly object: string;
  readonly runs: readonly Run[];
  /** When the first of its runs began. */
  readonly startedAt: EpochMs;
};

/** The full loads that a mapping declares. Flows of several objects, or of one that is not mapped, are no load of anything. */
export const declaredLoads = (mapping: Mapping): readonly DeclaredLoad[] =>
  (mapping.fullLoads ?? []).flatMap((declared) => {
    const flows = typeof declared === 'string' ? [declared] : declared;
    const objects = new Set(flows.map((flow) => objectOfFlow(mapping, flow)));
    const [object] = objects;
    return object !== undefined && objects.size === 1 && meaningOf(mapping, object) !== undefined
      ? [{ object, flows }]
      : [];
  });

/**
 * The latest load whose flows have each a run that read everything, began after `after` and is not among `used`. null: none is closed.
 * A set is closed as a whole or not at all.
 */
export const closedLoad = (
  { object, flows }: DeclaredLoad,
  runs: readonly Run[],
  { after = Number.NEGATIVE_INFINITY, used = [] }: { readonly after?: EpochMs; readonly used?: readonly string[] } = {},
): ClosedLoad | null => {
  const latest = flows.flatMap((flow) => {
    const began = runs
      .filter((run) => run.ref.flow === flow && !used.includes(runKey(run.ref)))
      .flatMap((run) => {
        const startedAt = readEverythingFrom(run);
        return startedAt === null || startedAt <= after ? [] : [{ run, startedAt }];
      });
    return began.length === 0 ? [] : [began.reduce((a, b) => (b.startedAt > a.startedAt ? b : a))];
  });
  if (latest.length < flows.length) return null;
  return {
    object,
    runs: latest.map(({ run }) => run),
    startedAt: Math.min(...latest.map(({ startedAt }) => startedAt)),
  };
};
