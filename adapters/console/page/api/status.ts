import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { getJson } from './client.ts';

/** Counts, queues, pipes, jobs: asked once a second while the page is seen, by all who read it together. */
export const useStatus = (): UseQueryResult<RuntimeStatus> =>
  useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<RuntimeStatus>('/api/status', signal),
    refetchInterval: 1_000,
  });
