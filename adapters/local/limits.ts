/** Change events that may wait before callers are told to come again: some seconds of work. What waits is in the store, not in memory. */
export const DEFAULT_QUEUE_LIMIT = 10_000;

/** How far a load may be ahead of the projector, and of what is published: about what a live change may find before it in each of these lines. */
export const MOST_BEHIND = 1_000;
