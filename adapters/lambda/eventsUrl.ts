import type { topology } from '../topology.ts';

// As the topology has it; said again, so that a bundle does not hold the topology.
const EVENTS_PATH = '/events' satisfies typeof topology.middleware.eventsPath;

/** Where the middleware takes events in, by its own address with or without a slash at the end. */
export const eventsUrl = (middlewareUrl: string): string => `${middlewareUrl.replace(/\/+$/, '')}${EVENTS_PATH}`;
