import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { ListedMember, MemberList } from '../../../http/answers/memberList.ts';
import { getJson } from '../api/client.ts';

/** Some of those who have an active pass and whom every typed word fits. */
export const usePeople = (typed: string) =>
  useQuery({
    ...found(typed, 50),
    select: ({ items }: MemberList) => items.filter(({ status }) => status === 'active'),
    // The list fills while the service reads.
    refetchInterval: ({ state }) => (state.data?.items.length === 0 ? 1_000 : false),
  });

/** Some of all whom the words fit, with or without a pass. */
export const useFound = (typed: string) =>
  useQuery({
    ...found(typed, 20),
    refetchInterval: ({ state }) => (state.data?.complete === false ? 1_000 : false),
  });

/** By name: the service finds them. limit: of a list that nobody reads to its end. */
const found = (typed: string, limit: number) =>
  queryOptions({
    queryKey: ['people', typed, limit],
    queryFn: ({ signal }) =>
      getJson<MemberList>(`/api/members?${new URLSearchParams({ q: typed, limit: String(limit) })}`, signal),
    placeholderData: keepPreviousData,
  });

export const labelOf = ({ memberNumber, name, memberId }: ListedMember): string =>
  [memberNumber ?? memberId, name].filter((part) => part !== null).join(' · ');

/** Whose pass changed last: something is going on there. */
export const latestOf = (people: readonly ListedMember[]): ListedMember | null =>
  people.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0] ?? null;
