import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AskedJob, Projections, ShownJob } from '../../../../http/answers/jobs.ts';
import { every } from '../../api/askAgain.ts';
import { getJson, sendJson } from '../../api/client.ts';

type Jobs = { readonly items: readonly ShownJob[] };

/** Newest first; twice a second while one runs. */
export const useJobs = (): UseQueryResult<readonly ShownJob[]> =>
  useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => getJson<Jobs>('/api/jobs', signal),
    select: ({ items }) => items,
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) === true ? 500 : 3_000),
  });

export const isRunning = ({ state }: ShownJob): boolean => state === 'running';

export const useProjections = (): UseQueryResult<Projections> =>
  useQuery({
    queryKey: ['projections'],
    queryFn: ({ signal }) => getJson<Projections>('/api/projections', signal),
    refetchInterval: every(1_000),
  });

/** What is asked for; what is left out has the service's defaults. */
export type Asking = AskedJob | { readonly resume: string };

export const useStartJob = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: Asking) =>
      'resume' in asked
        ? sendJson<ShownJob>('POST', `/api/jobs/${asked.resume}/resume`)
        : sendJson<ShownJob>('POST', '/api/jobs', asked),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
};
