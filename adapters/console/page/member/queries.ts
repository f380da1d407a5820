import { keepPreviousData, type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { HistoryPoint, MemberHistory } from '../../../http/answers/history.ts';
import type { MemberNow, MemberThen, RecordedEvent } from '../../../http/answers/member.ts';
import type { MemberRecords } from '../../../http/answers/records.ts';
import type { WhyAnswer } from '../../../http/answers/why.ts';
import { every } from '../api/askAgain.ts';
import { getJson } from '../api/client.ts';

/** Beside the wallet bus, which says nothing of events that change no pass. */
const LOOK_AGAIN_MS = 4_000;

export const useMember = (memberId: string, enabled = true): UseQueryResult<MemberNow> =>
  useQuery({
    enabled,
    queryKey: ['member', memberId],
    queryFn: ({ signal }) => getJson<MemberNow>(pathOf(memberId), signal),
    refetchInterval: every(LOOK_AGAIN_MS),
  });

/** at: a version, or an instant; null: nothing is asked. What was shown before stays until the answer is there. */
export const useMemberAt = (memberId: string, at: string | null): UseQueryResult<MemberThen> =>
  useQuery({
    queryKey: ['member', memberId, 'at', at],
    queryFn: ({ signal }) => getJson<MemberThen>(pathOf(memberId, '', { at }), signal),
    enabled: at !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export type History = Omit<MemberHistory, 'items' | 'next'> & { readonly points: readonly HistoryPoint[] };

/** version: of the last event; another one asks again. */
export const useHistory = (memberId: string, version: number): UseQueryResult<History> =>
  useQuery({
    queryKey: ['member', memberId, 'history', version],
    queryFn: ({ signal }) => wholeHistory(memberId, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** Of a member whose tier changes all the time there are several pages: the last ones are not drawn any more. */
const MOST_PAGES = 4;

const wholeHistory = async (memberId: string, signal: AbortSignal): Promise<History> => {
  const points: HistoryPoint[] = [];
  for (let page = 1, after: string | null = null; ; page++) {
    const { items, next, ...history }: MemberHistory = await getJson(pathOf(memberId, '/history', { after }), signal);
    points.push(...items);
    if (next === null || page === MOST_PAGES) return { ...history, points };
    after = next;
  }
};

const EVENTS_AT_ONCE = 500;

type EventsFrom = { readonly after: number; readonly limit: number };

/**
 * The events up to a version, newest first, a page of versions at a time: versions have no holes. lastVersion: those that came after the first
 * page are the page before it.
 */
export const useEvents = (memberId: string, upTo: number, lastVersion: number) =>
  useInfiniteQuery({
    queryKey: ['member', memberId, 'events', upTo],
    queryFn: async ({ pageParam: { after, limit }, signal }): Promise<readonly RecordedEvent[]> => {
      const query = { after: String(after), limit: String(limit) };
      const page = await getJson<{ items: readonly RecordedEvent[] }>(pathOf(memberId, '/events', query), signal);
      return page.items.toReversed();
    },
    initialPageParam: eventsBefore(upTo + 1),
    getNextPageParam: (_page, _pages, { after }): EventsFrom | null => (after === 0 ? null : eventsBefore(after + 1)),
    getPreviousPageParam: ([newest]): EventsFrom | null => {
      const after = newest?.version ?? upTo;
      return after >= lastVersion ? null : { after, limit: EVENTS_AT_ONCE };
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

const eventsBefore = (version: number): EventsFrom => {
  const after = Math.max(0, version - 1 - EVENTS_AT_ONCE);
  return { after, limit: Math.max(1, version - 1 - after) };
};

/** most: so many purchases of a sum at most, the last ones. */
export const useWhy = (memberId: string, what: string, at: string | null, most: number): UseQueryResult<WhyAnswer> =>
  useQuery({
    queryKey: ['member', memberId, 'why', what, at, most],
    queryFn: ({ signal }) =>
      getJson<WhyAnswer>(pathOf(memberId, `/why/${encodeURIComponent(what)}`, { at, limit: String(most) }), signal),
    // Of more of the same, what is there stays until it comes.
    placeholderData: (before, query) => (query?.queryKey[3] === what && query.queryKey[4] === at ? before : undefined),
  });

/** The records of a member, the latest told first. version: of the last event; another one asks again. */
export const useRecords = (memberId: string, version: number) =>
  useInfiniteQuery({
    queryKey: ['member', memberId, 'records', version],
    queryFn: ({ pageParam, signal }) =>
      getJson<MemberRecords>(pathOf(memberId, '/records', { after: pageParam, limit: '25' }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

export const useRecord = (memberId: string, id: string): UseQueryResult<MemberRecords> =>
  useQuery({
    queryKey: ['member', memberId, 'record', id],
    queryFn: ({ signal }) => getJson<MemberRecords>(pathOf(memberId, '/records', { id }), signal),
    staleTime: 10_000,
  });

const pathOf = (memberId: string, below = '', query: Readonly<Record<string, string | null>> = {}): string => {
  const asked = Object.entries(query).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  const search = new URLSearchParams(asked).toString();
  return `/api/members/${encodeURIComponent(memberId)}${below}${search === '' ? '' : `?${search}`}`;
};
