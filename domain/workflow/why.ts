import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { feedingIn, rendered } from '../pass/live.ts';
import type { RecordStore, StoredRecord } from '../ports.ts';
import { byName } from '../projection/states.ts';
import type { Mapping } from '../source/mapping.ts';
import { type RecordRef, recordKey } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type Counted, type Sum, sumOf } from '../why/contributions.ts';
import { explain, isOfTierRecords } from '../why/explain.ts';
import { grantsTold } from '../why/grants.ts';
import { type PassPath, pathOf, pathsOf, valueAt } from '../why/path.ts';
import { candidates, type Registers, type Source, sourceOf } from '../why/sources.ts';
import { type Sight, type Step, type Steps, statesFor, stepsTo } from '../why/steps.ts';
import type { Subject } from '../why/subject.ts';
import { type TimeAlone, timeAlone } from '../why/time.ts';
import { type HistoryAsOf, historyAsOf, type TravelDeps, type TravelTo } from './travel.ts';

export type WhyDeps = Omit<TravelDeps, 'timeZone'> & {
  readonly records: Pick<RecordStore, 'load'>;
  readonly mapping: Mapping;
};

/** Where a value on the pass comes from: the rule, what is summed up, the events, the fields of the source. */
export type Why = {
  readonly memberId: string;
  readonly path: string;
  /** Of the last event that was looked at. */
  readonly version: number;
  readonly evaluatedAt: EpochMs;
  /** As on the pass. null: nothing is there. */
  readonly value: unknown;
  readonly because: readonly string[];
  /** null: it is no sum over purchases. */
  readonly sum: (Omit<Sum, 'counted'> & { readonly counted: readonly Sourced<Counted>[] }) | null;
  /** Where the value changed, seen as of evaluatedAt; the last ones, oldest first. []: every member begins with this value. */
  readonly steps: readonly Sourced<Step>[];
  readonly hasEarlierSteps: boolean;
  readonly timeAlone: TimeAlone | null;
  /** What defines the promotion. null: nothing, or the value is none. */
  readonly definition: Source | null;
};

export type Sourced<Part> = Part & { readonly source: Source };

export type WhyFailure =
  | ReadFailure
  /** Then; knownSince null: never. */
  | { readonly type: 'NothingKnown'; readonly knownSince: EpochMs | null }
  /** The member is provisional: none of these fields was said yet. */
  | { readonly type: 'NoPassYet'; readonly until: readonly string[] }
  | { readonly type: 'NoSuchVersion'; readonly lastVersion: number }
  | { readonly type: 'NoSuchPath'; readonly paths: readonly string[] };

/** Registers are read of this many records at most, the latest told first: one BatchGet. */
const MAX_RECORDS = 100;

/**
 * Why the pass shows what it shows at a path, now (to: null) or then. Re-folds the member's stream: no trace is kept of what an event
 * did to a pass. mostCounted: so many purchases of a sum are listed, the last ones. Reads: the stream, the streams of the definitions held, up to 100 records.
 */
export const why =
  (deps: WhyDeps) =>
  (memberId: string, asked: string, to: TravelTo | null, mostCounted?: number): TaskEither<WhyFailure, Why> =>
  async () => {
    const { timeZone } = deps.mapping.programme;
    const loaded = await historyAsOf({ ...deps, timeZone })(memberId, to)();
    if (E.isLeft(loaded)) return loaded;
    const history = loaded.right;
    const { events, lastVersion, knownSince, catalog } = history;
    if (to?.type === 'version' && lastVersion > 0 && to.version > lastVersion)
      return E.left({ type: 'NoSuchVersion', lastVersion });
    if (events.length === 0) return E.left({ type: 'NothingKnown', knownSince });

    const lineup = feedingIn(history.lineup);
    const states = byName(history.folded.states, lineup);
    const sight: Sight = { memberId, catalog, now: { at: history.at, timeZone }, lineup };
    const { pass } = rendered(memberId, history.folded.states, sight.now, catalog, lineup);
    if (pass === null) return E.left({ type: 'NoPassYet', until: numberFields(deps.mapping) });
    const paths = [...pathsOf(pass), ...grantPaths(history)];
    const path = paths.find(({ text }) => text === asked);
    if (path === undefined)
      return E.left({ type: 'NoSuchPath', paths: [...new Set(paths.map(({ text }) => text))].toSorted() });

    const grants = grantsTold(events);
    const found: Found = {
      steps: stepsTo(path, events, sight),
      sum:
        pass.forgotten === true || isOfTierRecords(path, states) ? null : sumOf(path, events, sight.now, mostCounted),
      definitionId: path.keys[0] === 'promotions' ? (grants[path.keys[1] ?? '']?.definition ?? null) : null,
    };
    const registers = await registersOf(deps, found);
    if (E.isLeft(registers)) return registers;
    return E.right({
      memberId,
      path: path.text,
      version: events.at(-1)?.version ?? 0,
      evaluatedAt: history.at,
      value: valueAt(pass, path),
      because: explain(path, pass, states, grants, sight),
      timeAlone: timeAlone(path, statesFor(path, events, sight), sight),
      ...sourced(deps.mapping, registers.right, found),
    });
  };

type Found = { readonly steps: Steps; readonly sum: Sum | null; readonly definitionId: string | null };

const numberFields = ({ objects }: Mapping): readonly string[] =>
  Object.entries(objects).flatMap(([object, meaning]) =>
    meaning.role === 'member' ? [`${object}.${meaning.fields.number.field}`] : [],
  );

/** Promotions that were granted once: of those too that the pass does not show it can be asked why. */
const grantPaths = ({ events }: HistoryAsOf): readonly PassPath[] =>
  events.flatMap(({ event }) => ('grantId' in event ? [pathOf(['promotions', event.grantId])] : []));

const registersOf = async (
  { records, mapping }: WhyDeps,
  { steps, sum, definitionId }: Found,
): Promise<E.Either<ReadFailure, Registers>> => {
  const told = [
    ...steps.steps.map(({ version, subject }) => ({ version, subject })),
    ...(sum?.counted ?? []).map(toldOf),
  ];
  const subjects = [
    ...(definitionId === null ? [] : [definitionSubject(definitionId)]),
    ...told.toSorted((a, b) => b.version - a.version).map(({ subject }) => subject),
  ];
  const refs = new Map<string, RecordRef>();
  for (const subject of subjects) for (const ref of candidates(mapping, subject)) refs.set(recordKey(ref), ref);
  if (refs.size === 0) return E.right(new Map());
  const loaded = await records.load([...refs.values()].slice(0, MAX_RECORDS))();
  if (E.isLeft(loaded)) return loaded;
  return E.right(
    new Map<string, StoredRecord>(
      loaded.right.flatMap((stored) => (stored.ver === 0 ? [] : [[recordKey(stored.record.ref), stored] as const])),
    ),
  );
};

const sourced = (
  mapping: Mapping,
  registers: Registers,
  { steps, sum, definitionId }: Found,
): Pick<Why, 'steps' | 'hasEarlierSteps' | 'sum' | 'definition'> => ({
  steps: steps.steps.map((step) => ({
    ...step,
    source: sourceOf(mapping, registers, step.subject, step.event.type, step.attributes),
  })),
  hasEarlierSteps: steps.hasEarlier,
  sum:
    sum === null
      ? null
      : {
          ...sum,
          counted: sum.counted.map((counted) => ({
            ...counted,
            source: sourceOf(mapping, registers, toldOf(counted).subject, counted.by.event.type, counted.attributes),
          })),
        },
  definition:
    definitionId === null
      ? null
      : sourceOf(
          mapping,
          registers,
          definitionSubject(definitionId),
          null,
          DEFINITION_ATTRIBUTES.map((name) => ({ keys: [name], before: null, after: null })),
        ),
});

const DEFINITION_ATTRIBUTES = ['title', 'terms', 'startsOn', 'endsOn', 'isActive'];

const definitionSubject = (id: string): Subject => ({ role: 'definition', id });
const toldOf = ({ purchaseId, by }: Counted): { readonly version: number; readonly subject: Subject } => ({
  version: by.version,
  subject: { role: 'purchase', id: purchaseId },
});
