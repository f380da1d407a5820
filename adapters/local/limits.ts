/** Change events that may wait before callers are told to come again: some seconds of work. What waits is in the store, not in memory. */
export const DEFAULT_QUEUE_LIMIT = 10_000;

/**
 * How far a load may be ahead of the projector, and of what is published: about what a live change may find before it in each of these lines. With 1,000 a
 * change waited 16 and 18 s beside a load of 2,500 rows, with 200 six and seven, and the load took as long: 44 and 48 s, 43 and 49 (in turn, 2026-11-22, on two cores that
 * others kept busy). With 100 and 50, looked at once each, it took longer: 59 and 79 s.
 */
export const MOST_BEHIND = 200;
