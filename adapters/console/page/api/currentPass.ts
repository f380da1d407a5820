import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { CurrentPass } from '../../../http/answers/passes.ts';
import { getJson, isNotFound } from './client.ts';

/** A member's pass as it stands. memberId null: nothing is asked. data null: the member has no pass. What was shown before stays until the answer is there. */
export const useCurrentPass = (memberId: string | null): UseQueryResult<CurrentPass | null> =>
  useQuery({
    queryKey: ['pass', memberId],
    queryFn: ({ signal }) => currentPass(memberId ?? '', signal),
    enabled: memberId !== null,
    placeholderData: keepPreviousData,
  });

const currentPass = (memberId: string, signal: AbortSignal): Promise<CurrentPass | null> =>
  getJson<CurrentPass>(`/api/passes/${encodeURIComponent(memberId)}`, signal).catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
