import * as E from 'fp-ts/lib/Either.js';
import { salesforceId } from '#adapters/sample/ids.ts';
import { forkSeed, seededRandom } from '#adapters/sample/random.ts';
import { emptyHead, failureText, type Head, type MemberEvent, memberStream, type RecordStore } from '#domain/index.ts';
import { memberEvents } from './memberEvents.ts';
import { inFlight } from './server.ts';

/** The commits of the index-th made-up member, each a list of events. */
export type HistoryOf = (member: number) => readonly (readonly MemberEvent[])[];

export const benchMemberId = (member: number): string => salesforceId('Contact', member + 1);

/** 1..60 commits: of one event each but for one in seven, which have 2..6, as a file's row or a merge of two people gives them. */
export const dailyHistory: HistoryOf = (member) => {
  const random = seededRandom(forkSeed(member, 'commits'));
  const sizes = Array.from({ length: random.int(1, 60) }, () => (random.chance(1 / 7) ? random.int(2, 6) : 1));
  return inParts(memberEvents(member, sum(sizes)), sizes);
};

/**
 * A load, then what follows it: one commit of 10..40 events, as rows of one member make that meet in a batch of an export in order of members,
 * then 1..30 commits as in dailyHistory.
 */
export const mixedHistory: HistoryOf = (member) => {
  const random = seededRandom(forkSeed(member, 'mixed'));
  const loaded = random.int(10, 40);
  const sizes = [
    loaded,
    ...Array.from({ length: random.int(1, 30) }, () => (random.chance(1 / 7) ? random.int(2, 6) : 1)),
  ];
  return inParts(memberEvents(member, sum(sizes)), sizes);
};

export const evenHistory =
  (commits: number, eventsOfACommit: number): HistoryOf =>
  (member) =>
    inParts(
      memberEvents(member, commits * eventsOfACommit),
      Array.from({ length: commits }, () => eventsOfACommit),
    );

const inParts = (events: readonly MemberEvent[], sizes: readonly number[]): readonly (readonly MemberEvent[])[] => {
  const left = [...events];
  return sizes.map((size) => left.splice(0, size));
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export type Written = { readonly members: number; readonly commits: number; readonly events: number };

/** As many as a transaction holds. */
const MEMBERS_AT_ONCE = 100;
const IN_FLIGHT = 4;

/** Writes members' streams as a load does: one transaction appends to many streams, and a stream's commits follow each other. */
export const writeHistories = async (
  records: Pick<RecordStore, 'commit'>,
  members: number,
  historyOf: HistoryOf,
  recordedAt: number,
): Promise<Written> => {
  const groups = Array.from({ length: Math.ceil(members / MEMBERS_AT_ONCE) }, (_, group) => group * MEMBERS_AT_ONCE);
  let commits = 0;
  let events = 0;
  await inFlight(groups, IN_FLIGHT, async (from) => {
    const numbers = Array.from({ length: Math.min(MEMBERS_AT_ONCE, members - from) }, (_, index) => from + index);
    let open = numbers.map((member) => ({
      head: emptyHead(memberStream(benchMemberId(member))),
      left: historyOf(member),
    }));
    while (open.length > 0) {
      const heads = await appendToAll(
        records,
        open.map(({ head, left }) => ({ head, events: left[0] ?? [] })),
        recordedAt,
      );
      commits += open.length;
      events += sum(open.map(({ left }) => left[0]?.length ?? 0));
      open = open
        .map(({ head, left }, index) => ({ head: heads[index] ?? head, left: left.slice(1) }))
        .filter(({ left }) => left.length > 0);
    }
  });
  return { members, commits, events };
};

const appendToAll = async (
  records: Pick<RecordStore, 'commit'>,
  appends: readonly { readonly head: Head; readonly events: readonly MemberEvent[] }[],
  recordedAt: number,
): Promise<readonly Head[]> => {
  const origin = { type: 'file', file: 'bench', offset: 0 } as const;
  const committed = await records.commit({
    records: [],
    appends: appends.map((append) => ({ ...append, recordedAt, origin, lane: 'bulk' })),
  })();
  if (E.isRight(committed)) return committed.right;
  throw new Error(committed.left.type === 'LostRace' ? 'the streams were not empty' : failureText(committed.left));
};
