import type { StreamName } from './event/stream.ts';

/** The store could not be reached, was throttled, or answered nothing: try again later. */
export type StoreUnavailable = {
  readonly type: 'StoreUnavailable';
  readonly operation: string;
  readonly reason: string;
};

/** Others were first every time it was tried. */
export const tooManyLosses = (operation: string): StoreUnavailable => ({
  type: 'StoreUnavailable',
  operation,
  reason: 'too many lost races',
});

/** What was read cannot be right (a hole, an unknown shape): nothing may be built on it. */
export type StoreCorrupt = { readonly type: 'StoreCorrupt'; readonly where: string; readonly reason: string };

/** Another writer was first. `actual` is where the stream ends as far as the refusal told. */
export type AppendConflict = {
  readonly type: 'AppendConflict';
  readonly stream: StreamName;
  readonly expected: number;
  readonly actual: number;
};

/** One input cannot be stored whatever is tried (too large). */
export type Unstorable = { readonly type: 'Unstorable'; readonly what: string; readonly reason: string };

export type ReadFailure = StoreUnavailable | StoreCorrupt;

export const failureText = (failure: ReadFailure | AppendConflict | Unstorable): string => {
  switch (failure.type) {
    case 'StoreUnavailable':
      return `${failure.operation}: the store is unavailable (${failure.reason})`;
    case 'StoreCorrupt':
      return `${failure.where}: ${failure.reason}`;
    case 'AppendConflict':
      return `${failure.stream}: expected version ${failure.expected}, found ${failure.actual}`;
    case 'Unstorable':
      return `${failure.what}: ${failure.reason}`;
  }
};
