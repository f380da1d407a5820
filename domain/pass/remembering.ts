import { refOf } from '../projection/lineup.ts';
import type { Catalog, Moment } from '../projection/projection.ts';
import type { EpochMs } from '../values/calendar.ts';
import { lookAt } from './live.ts';

/**
 * lookAt for one member that is looked at again and again, later and later: a projection is asked anew only where its state or the catalog
 * is another, or its time has come. That is what a view promises: to be constant until nextChangeAt.
 */
export const remembering = (): typeof lookAt => {
  const last = new Map<string, Remembered>();
  return (projection, state, now, catalog) => {
    const known = last.get(refOf(projection));
    if (known !== undefined && isGood(known, state, now, catalog)) return known.seen;
    const seen = lookAt(projection, state, now, catalog);
    last.set(refOf(projection), { state, catalog, from: now.at, seen });
    return seen;
  };
};

type Remembered = {
  readonly state: unknown;
  readonly catalog: Catalog;
  readonly from: EpochMs;
  readonly seen: ReturnType<typeof lookAt>;
};

const isGood = ({ seen, from, ...known }: Remembered, state: unknown, { at }: Moment, catalog: Catalog): boolean =>
  known.state === state && known.catalog === catalog && at >= from && (seen.due === null || at < seen.due);
