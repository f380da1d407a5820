import { QueryClient } from '@tanstack/react-query';
import { mayAnswerLater } from './askAgain.ts';

/** A service that does not answer is asked again until it does; what it refuses is shown at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (_count, error) => mayAnswerLater(error),
      retryDelay: (failures) => Math.min(250 * 2 ** failures, 2_000),
      staleTime: 1_000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
