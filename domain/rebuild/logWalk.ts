import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { ReadFailure } from '../errors.ts';
import { type Commit, lastVersion, ownerOf, type StreamName } from '../event/stream.ts';
import { type Folded, memberEventsOf } from '../pass/live.ts';
import type { EventStore } from '../ports.ts';
import { type AnyProjection, foldWith, type ProjectionRef, ProjectionThrew, refOf } from '../projection/lineup.ts';
import { addTallies, counted, noTally, Tally } from './tally.ts';

/** A segment of a walk: where it goes on, and what was found so far. */
export const Segment = t.strict(
  {
    segment: t.number,
    segments: t.number,
    cursor: t.union([t.string, t.null]),
    isDone: t.boolean,
    tally: Tally,
  },
  'Segment',
);
export type Segment = t.TypeOf<typeof Segment>;

export const segmentsOf = (segments: number): readonly Segment[] =>
  Array.from({ length: segments }, (_, segment) => ({
    segment,
    segments,
    cursor: null,
    isDone: false,
    tally: noTally,
  }));

/** A stream as far as a scan has seen it, from its beginning. */
export type StreamFold = {
  readonly stream: StreamName;
  readonly asOf: number;
  readonly states: Folded['states'];
  /** By projection. */
  readonly threw: Readonly<Record<ProjectionRef, ProjectionThrew>>;
  /** The scan did not bring its commits one after the other: only loading it tells. */
  readonly isBroken: boolean;
};

export type LogWalk<Failure> = {
  readonly events: Pick<EventStore, 'scan' | 'cursorAfter'>;
  /** What is folded on the way. */
  readonly projections: readonly AnyProjection[];
  readonly only?: (stream: StreamName) => boolean;
  /** Complete streams, some hundreds at most. What it counts is kept with the place. */
  readonly handle: (streams: readonly StreamFold[]) => Promise<E.Either<Failure, Tally>>;
  /** Remembers the segment: killed, the walk goes on from there. What came after is handled again. */
  readonly save: (segment: Segment) => TaskEither<Failure, void>;
  /** true: stop after this page; the segment is not done. */
  readonly isStopping: () => boolean;
};

/**
 * Folds every stream of one segment of the log, a page at a time: memory is bounded by a page and the states of one member.
 * A stream that goes on in the next page is carried over, and a place is remembered only before the stream that is carried.
 */
export const walkLog =
  <Failure>(walk: LogWalk<Failure>, from: Segment): TaskEither<Failure | ReadFailure, Segment> =>
  async () => {
    let at = from;
    let cursor = from.cursor;
    let carried: Carried | null = null;
    while (!at.isDone && !walk.isStopping()) {
      const before: string | null = cursor;
      const page = await walk.events.scan({ ...at, cursor, ...(walk.only !== undefined && { only: walk.only }) })();
      if (E.isLeft(page)) return page;
      const complete: Carried[] = [];
      let place = before;
      for (const run of runsOf(page.right.commits)) {
        if (carried !== null && carried.fold.stream !== run[0].stream) {
          complete.push(carried);
          carried = null;
        }
        const from: Carried = carried ?? {
          fold: begun(walk.projections, run[0].stream),
          before: place,
          commits: 0,
        };
        carried = { ...from, fold: goneOn(walk.projections, from.fold, run), commits: from.commits + run.length };
        place = walk.events.cursorAfter(run.at(-1) ?? run[0]);
      }
      cursor = page.right.cursor;
      if (cursor === null && carried !== null) {
        complete.push(carried);
        carried = null;
      }
      const tally = await handleAll(
        walk,
        complete.map(({ fold }) => fold),
      );
      if (E.isLeft(tally)) return tally;
      // Of whole streams, as the members are: what is carried is read again after a kill.
      const commits = counted({ commits: complete.reduce((sum, { commits }) => sum + commits, 0) });
      at = {
        ...at,
        // null is a place as well: the beginning.
        cursor: carried === null ? cursor : carried.before,
        isDone: cursor === null,
        tally: addTallies(addTallies(at.tally, commits), tally.right),
      };
      const saved = await walk.save(at)();
      if (E.isLeft(saved)) return saved;
    }
    return E.right(at);
  };

/** before: the place from which a scan sees all of that stream. commits: of it, so far. */
type Carried = { readonly fold: StreamFold; readonly before: string | null; readonly commits: number };

type Run = readonly [Commit, ...Commit[]];

/** Commits of one stream that follow each other, together: each projection then copies its state once. */
const runsOf = (commits: readonly Commit[]): readonly Run[] => {
  const runs: [Commit, ...Commit[]][] = [];
  for (const commit of commits) {
    const run = runs.at(-1);
    if (run !== undefined && run[0].stream === commit.stream) run.push(commit);
    else runs.push([commit]);
  }
  return runs;
};

const begun = (projections: readonly AnyProjection[], stream: StreamName): StreamFold => ({
  stream,
  asOf: 0,
  states: Object.fromEntries(projections.map((projection) => [refOf(projection), projection.initial])),
  threw: {},
  isBroken: false,
});

const goneOn = (projections: readonly AnyProjection[], fold: StreamFold, commits: Run): StreamFold => {
  let asOf = fold.asOf;
  for (const commit of commits) {
    if (commit.version !== asOf + 1)
      return { ...fold, asOf: Math.max(asOf, ...commits.map(lastVersion)), isBroken: true };
    asOf = lastVersion(commit);
  }
  if (fold.isBroken || ownerOf(fold.stream).type !== 'member') return { ...fold, asOf };
  const events = memberEventsOf(commits);
  const states: Record<ProjectionRef, unknown> = {};
  let { threw } = fold;
  for (const projection of projections) {
    const ref = refOf(projection);
    if (ref in threw) continue;
    try {
      states[ref] = foldWith(projection, fold.states[ref], events, commits.at(-1)?.recordedAt ?? null);
    } catch (error) {
      if (!(error instanceof ProjectionThrew)) throw error;
      threw = { ...threw, [ref]: error };
    }
  }
  return { ...fold, asOf, states, threw };
};

/** As many as one request to the views can ask for. */
const MAX_AT_ONCE = 100;

const handleAll = async <Failure>(
  { handle }: LogWalk<Failure>,
  streams: readonly StreamFold[],
): Promise<E.Either<Failure, Tally>> => {
  let tally = noTally;
  for (let at = 0; at < streams.length; at += MAX_AT_ONCE) {
    const handled = await handle(streams.slice(at, at + MAX_AT_ONCE));
    if (E.isLeft(handled)) return handled;
    tally = addTallies(tally, handled.right);
  }
  return E.right(tally);
};
