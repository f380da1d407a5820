import { type FeedsOfObject, usualFeeds } from './feeds.ts';
import { isPlain, namedThings, onlyKeys, type Place } from './problems.ts';

const A_DAY = 1_440;

/** Reads what a mapping file says of flows, by object; objects: those that it reads. */
export const validateFeeds = (
  place: Place,
  value: unknown,
  objects: readonly string[],
): Readonly<Record<string, FeedsOfObject>> =>
  Object.fromEntries(
    Object.entries(namedThings(place, value, 'an object of feeds, by object')).map(([object, feeds]) => {
      if (!objects.includes(object))
        place.at(object).expected(`an object of this mapping (${objects.join(', ')}) before its feeds`);
      return [object, validateObjectFeeds(place.at(object), feeds)];
    }),
  );

const validateObjectFeeds = (place: Place, value: unknown): FeedsOfObject => {
  if (value === 'elsewhere') return value;
  if (!isPlain(value)) {
    place.expected('an object with full, everyMinutes and events, or elsewhere');
    return usualFeeds;
  }
  onlyKeys(place, value, ['full', 'everyMinutes', 'events']);
  const { full, everyMinutes, events } = { ...usualFeeds, ...value };
  if (typeof full !== 'boolean') place.at('full').expected('true or false');
  if (typeof events !== 'boolean') place.at('events').expected('true or false');
  const isInterval =
    everyMinutes === 'never' || (Number.isInteger(everyMinutes) && everyMinutes >= 1 && everyMinutes <= A_DAY);
  if (!isInterval) place.at('everyMinutes').expected(`whole minutes, from 1 to ${A_DAY}, or never`);
  return { full, everyMinutes, events };
};
