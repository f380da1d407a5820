import type { Parameter } from './operation.ts';

export const MEMBER_ID = 'Record id of the member (retail: of the Contact), 15 or 18 characters';
export const AT =
  'Travels in recorded time: a version such as 12, or an instant such as 2026-03-01 or 2026-03-01T12:00:00Z';
/** Why a route that reads the store may answer with 503. */
export const STORE = 'The store does not answer';

/** Of a list that is given in pages. */
export const pages = (most: number) => ({
  after: 'The `next` of the page before',
  limit: wholeFrom1(`How many at most; ${most} where it is not said, and never more`),
});

export const wholeFrom1 = (description: string): Parameter => ({
  description,
  schema: { type: 'integer', minimum: 1 },
});
