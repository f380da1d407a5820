import type { Asking } from './jobs.ts';

/** How a part of the page has a job started. isBusy: one runs, and there is one at a time. */
export type Ask = { readonly start: (asked: Asking) => void; readonly isBusy: boolean };
