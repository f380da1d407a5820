import { keepPreviousData, type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import type { ListedMember, MemberList } from '../../../http/answers/memberList.ts';
import { getJson } from '../api/client.ts';

/** Rows asked for at once. */
export const PAGE = 100;

/** A page, and what was looked for when it was asked. */
export type Found = MemberList & { readonly q: string };

export type List = {
  readonly first: UseQueryResult<Found>;
  /** What is shown is of an earlier q: the answer to this one is on its way. */
  readonly isStale: boolean;
};

/** The first page of what q finds, asked again now and then: more often while the service still reads. */
export const useMemberList = (q: string): List => {
  const first = useQuery({
    ...pageQuery(q, 0),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.complete === false ? 700 : 4_000),
  });
  return { first, isStale: first.isPlaceholderData };
};

/** Rows from one place to another, by their places; those that are on their way are missing. */
export const useMembersAt = (shown: Found, from: number, to: number): ReadonlyMap<number, ListedMember> => {
  const pages = pagesOf(from, to).filter((page) => page > 0);
  const results = useQueries({ queries: pages.map((page) => pageQuery(shown.q, page)) });
  const members = new Map(shown.items.map((member, at) => [at, member]));
  for (const [index, page] of pages.entries())
    for (const [at, member] of (results[index]?.data?.items ?? []).entries()) members.set(page * PAGE + at, member);
  return members;
};

const pageQuery = (q: string, page: number) => ({
  queryKey: ['members', q, page],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Found> => {
    const query = new URLSearchParams({ q, offset: String(page * PAGE), limit: String(PAGE) });
    return { ...(await getJson<MemberList>(`/api/members?${query}`, signal)), q };
  },
  staleTime: 4_000,
});

const pagesOf = (from: number, to: number): readonly number[] => {
  const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to) / PAGE)];
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
};
