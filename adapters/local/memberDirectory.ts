import { setImmediate as turn } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { type Clock, failureText, type Live, type ViewStore } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import { sleep } from './backoff.ts';
import { type Log, reasonOf } from './functions.ts';
import { type IndexedMember, memberIndex, type SaidPass } from './memberIndex.ts';
import { walletEventIn } from './walletEventIn.ts';

export type MemberDirectoryDeps = {
  readonly views: Pick<ViewStore, 'scan'>;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly log: Log;
  readonly mostMembers?: number;
};

export type MemberDirectory = {
  /** In order. The first one who asks has the directory filled; until it is, what is known so far is found. */
  readonly search: (q: string) => readonly IndexedMember[];
  readonly get: (memberId: string) => IndexedMember | undefined;
  /** known: members read. complete: all of them that can be read; unreadable: so many cannot. */
  readonly progress: () => { readonly known: number; readonly complete: boolean; readonly unreadable: number };
  /** What the wallet bus carries. */
  readonly heard: (event: CarriedEvent) => void;
};

const PAGE = 250;
const RETRY_MS = 1_000;
/** What no event tells, such as a member that was first seen withdrawn, is seen by reading again. */
const READ_AGAIN_MS = 10 * 60_000;
/** About 240 MB. Others are found by their exact id, in the store. */
const MOST_MEMBERS = 500_000;

/**
 * All members that have a pass, by name, number and id: no table of the store has such an index, as each write would pay for it. Nothing is read
 * before somebody asks. What is heard meanwhile counts as well: whichever is newer stays.
 */
export const memberDirectory = (deps: MemberDirectoryDeps): MemberDirectory => {
  const { views, clock, stopping, log, mostMembers = MOST_MEMBERS } = deps;
  const index = memberIndex();
  let isAsked = false;
  let isReading = false;
  let readAgoMs: (() => number) | null = null;
  let unreadable: ReadonlySet<string> = new Set();

  const put = (said: SaidPass): void => {
    if (index.size() < mostMembers || index.get(said.pass.memberId) !== undefined) index.put(said);
  };

  /** A page at a time, and everything else between two. */
  const read = async (): Promise<void> => {
    const startedAgoMs = stopwatch(clock);
    let cursor: string | null = null;
    let isRefused = false;
    const passedOver = new Set<string>();
    do {
      const page: Awaited<ReturnType<ReturnType<ViewStore['scan']>>> = await views.scan(cursor, PAGE, (failure) =>
        passedOver.add(failureText(failure)),
      )();
      if (stopping.aborted) return;
      if (E.isLeft(page)) {
        if (!isRefused) log({ type: 'MembersUnread', reason: failureText(page.left) });
        isRefused = true;
        await sleep(RETRY_MS, stopping);
        continue;
      }
      isRefused = false;
      for (const live of page.right.lives) if (live.pass !== null) put(saidBy(live, live.pass));
      cursor = page.right.cursor;
      if (cursor === null) {
        readAgoMs = startedAgoMs;
        for (const reason of passedOver) if (!unreadable.has(reason)) log({ type: 'MembersUnread', reason });
        unreadable = passedOver;
      }
      await turn();
    } while ((cursor !== null || readAgoMs === null) && !stopping.aborted);
  };

  const readWhereNeeded = (): void => {
    isAsked = true;
    if (isReading || stopping.aborted || (readAgoMs !== null && readAgoMs() < READ_AGAIN_MS)) return;
    isReading = true;
    void read()
      .catch((error: unknown) => log({ type: 'MembersUnread', reason: reasonOf(error) }))
      .finally(() => {
        isReading = false;
      });
  };

  return {
    search: (q) => {
      readWhereNeeded();
      return index.search(q);
    },
    get: index.get,
    progress: () => ({
      known: index.size(),
      complete: readAgoMs !== null && index.size() < mostMembers,
      unreadable: unreadable.size,
    }),
    heard: (event) => {
      const said = isAsked ? saidIn(event) : null;
      if (said !== null) put(said);
    },
  };
};

const saidBy = ({ revision, asOf, evaluatedAt }: Live, pass: SaidPass['pass']): SaidPass => ({
  ...{ pass, revision, asOf, evaluatedAt },
});

const saidIn = (event: CarriedEvent): SaidPass | null => {
  const detail = walletEventIn(event);
  if (detail === null) return null;
  const { revision, asOfVersion: asOf, occurredAt } = detail.metadata;
  return { pass: detail.data.pass, revision, asOf, evaluatedAt: Date.parse(occurredAt) };
};
