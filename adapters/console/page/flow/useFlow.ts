import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { FlowDetail, FlowNow } from '../../../http/answers/flow.ts';
import { every } from '../api/askAgain.ts';
import { getJson } from '../api/client.ts';

const EVERY_MS = 1_000;

/** The numbers of all parts, once a second, however much passes. */
export const useFlow = (): UseQueryResult<FlowNow> =>
  useQuery({
    queryKey: ['flow'],
    queryFn: ({ signal }) => getJson<FlowNow>('/api/flow', signal),
    refetchInterval: every(EVERY_MS),
  });

/** What is behind a box, while it is open. */
export const useFlowDetail = (name: string): UseQueryResult<FlowDetail> =>
  useQuery({
    queryKey: ['flow', name],
    queryFn: ({ signal }) => getJson<FlowDetail>(`/api/flow/${encodeURIComponent(name)}`, signal),
    refetchInterval: every(EVERY_MS),
    placeholderData: keepPreviousData,
  });
