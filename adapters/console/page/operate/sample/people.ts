import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ListedMember, MemberList } from '../../../../http/answers/memberList.ts';
import { getJson } from '../../api/client.ts';

/** Some of those who have an active pass and whom every typed word fits, by name: the service finds them. */
export const usePeople = (typed: string) =>
  useQuery({
    queryKey: ['people', typed],
    queryFn: ({ signal }) =>
      getJson<MemberList>(`/api/members?${new URLSearchParams({ q: typed, limit: MOST })}`, signal),
    select: ({ items }) => items.filter(({ status }) => status === 'active'),
    placeholderData: keepPreviousData,
    // The list fills while the service reads.
    refetchInterval: ({ state }) => (state.data?.items.length === 0 ? 1_000 : false),
  });

/** A list that nobody reads to its end. */
const MOST = '50';

export const labelOf = ({ memberNumber, name, memberId }: ListedMember): string =>
  [memberNumber ?? memberId, name].filter((part) => part !== null).join(' · ');

/** Whose pass changed last: something is going on there. */
export const latestOf = (people: readonly ListedMember[]): ListedMember | null =>
  people.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0] ?? null;
