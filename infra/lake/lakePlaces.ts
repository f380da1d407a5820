/** Where in the lake bucket: domain events by the day on which they came (UTC), what Firehose could not write, results of queries. */
export const EVENTS_PREFIX = 'events/';
export const ERRORS_PREFIX = 'errors/events/';
export const RESULTS_PREFIX = 'athena/';
