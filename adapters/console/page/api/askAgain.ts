import { ApiFailure } from './client.ts';

/** It did not answer, or said that it cannot at this moment. */
export const mayAnswerLater = (error: unknown): boolean =>
  error instanceof ApiFailure && (error.status === 0 || error.status === 503);

/**
 * Asks again so often, while there is an answer or one may come. What was refused before there was any is shown until somebody tries again: each round would
 * take it away and put it back.
 */
export const every =
  (ms: number) =>
  ({ state }: { readonly state: { readonly status: string; readonly data: unknown } }): number | false =>
    state.status === 'error' && state.data === undefined ? false : ms;
