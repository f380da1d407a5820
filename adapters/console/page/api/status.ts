import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { every } from './askAgain.ts';
import { getJson } from './client.ts';

/** For who needs a part of it and is drawn again only when that part changes. */
export const statusQuery = {
  queryKey: ['status'],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => getJson<RuntimeStatus>('/api/status', signal),
} as const;

/** Counts, queues, pipes, jobs: asked once a second while the page is seen, by all who read it together. */
export const useStatus = (): UseQueryResult<RuntimeStatus> =>
  useQuery({ ...statusQuery, refetchInterval: every(1_000) });
