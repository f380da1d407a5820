import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Certificate, Forgetting, ForgottenPage } from '../../../../http/answers/forgotten.ts';
import { every } from '../../api/askAgain.ts';
import { getJson, sendJson } from '../../api/client.ts';

/** Who asked to be forgotten, the last one first. isAsking: the page asks for it at this moment. */
export const useForgotten = (isAsking = false) =>
  useQuery({
    queryKey: ['forgotten'],
    queryFn: ({ signal }) => getJson<ForgottenPage>('/api/forgotten', signal),
    select: ({ items }) => items.toSorted((a, b) => b.askedAt.localeCompare(a.askedAt)),
    refetchInterval: isAsking ? 300 : every(5_000),
  });

/** Of somebody who is listed there. */
export const useForgetting = (memberId: string | null, isListed: boolean) =>
  useQuery({
    queryKey: ['forgetting', memberId],
    enabled: memberId !== null && isListed,
    queryFn: ({ signal }) => getJson<Forgetting>(`/api/forgotten/${encodeURIComponent(memberId ?? '')}`, signal),
    refetchInterval: ({ state: { data } }) => (data?.isUnderWay === true ? 300 : 3_000),
  });

export const useForget = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (memberId: string) =>
      sendJson<Certificate>('POST', `/api/members/${encodeURIComponent(memberId)}/forget`),
    // Whatever the page kept of the member goes with it.
    onSettled: () => queries.resetQueries({ predicate: ({ queryKey }) => !STAYS.has(String(queryKey[0])) }),
  });
};
const STAYS: ReadonlySet<string> = new Set(['status', 'page', 'forgetting', 'forgotten']);
