import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Commit,
  type FoldedStates,
  type MemberEvent,
  memberStream,
  noTally,
  registry,
  segmentsOf,
  walkLog,
} from '#domain/index.ts';

/** About as many commits of one event as a page of a Scan holds. */
const PAGE = 2_000;

/** Every member's states as a walk over the log folds them, by ref. The store's part is left out: pages are slices of what is in memory. */
export const walkStates = async (log: readonly Commit[]): Promise<readonly FoldedStates[]> => {
  const states: FoldedStates[] = [];
  const [whole] = segmentsOf(1);
  if (whole === undefined) throw new Error('expected a segment');
  const walked = await walkLog(
    {
      events: {
        scan: ({ cursor }) => {
          const end = Number(cursor) + PAGE;
          return TE.of({ commits: log.slice(Number(cursor), end), cursor: end < log.length ? String(end) : null });
        },
        cursorAfter: ({ stream, version }) => `${version} ${stream}`,
      },
      projections: Object.values(registry.main),
      handle: async (streams) => {
        for (const stream of streams) states.push(stream.states);
        return E.right(noTally);
      },
      save: () => TE.of(undefined),
      isStopping: () => false,
    },
    whole,
  )();
  if (E.isLeft(walked)) throw new Error(walked.left.type);
  return states;
};

/** As most of them are stored. */
export const oneCommitEach = (events: readonly MemberEvent[], member: number): readonly Commit[] =>
  events.map((event, index) => ({
    ...{ stream: memberStream(String(member)), version: index + 1, events: [event], recordedAt: 0 },
    ...{ origin: { type: 'event', eventId: 'bench' }, lane: 'live' },
  }));
