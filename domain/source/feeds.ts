import { type Mapping, meaningOf } from './mapping.ts';

/** By which flows an object of a deployed billfold is read. */
export type Feeds = {
  /** A flow that reads all records, started on demand. */
  readonly full: boolean;
  /** A flow that reads what changed, so often. */
  readonly everyMinutes: number | 'never';
  /** A flow that tells of changes as they happen. */
  readonly events: boolean;
};

/** elsewhere: no flow reads the object; platform events or other systems tell of it. */
export type FeedsOfObject = Feeds | 'elsewhere';

const none: Feeds = { full: false, everyMinutes: 'never', events: false };

/** Changes as they happen, what they left out within a quarter of an hour, everything when asked for. */
export const usualFeeds: Feeds = { full: true, everyMinutes: 15, events: true };

/** Those the mapping declares for the object; an object that is not read has none. */
export const feedsOf = (mapping: Mapping, object: string): Feeds => {
  if (meaningOf(mapping, object) === undefined) return none;
  const { feeds = {} } = mapping;
  const declared = Object.hasOwn(feeds, object) ? feeds[object] : undefined;
  return declared === 'elsewhere' ? none : { ...usualFeeds, ...declared };
};
