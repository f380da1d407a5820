import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './client.ts';

/** A service that does not answer is asked again until it does; what it refuses is shown at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (_count, error) => error instanceof ApiFailure && (error.status === 0 || error.status === 503),
      retryDelay: (failures) => Math.min(250 * 2 ** failures, 2_000),
      staleTime: 1_000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/**
 * Asks again so often, while there is an answer or one may come. What was refused before there was any is shown until somebody tries again: each round would
 * take it away and put it back.
 */
export const every =
  (ms: number) =>
  ({ state }: { readonly state: { readonly status: string; readonly data: unknown } }): number | false =>
    state.status === 'error' && state.data === undefined ? false : ms;
