import type { States } from '../projection/registry.ts';
import { nextChangeAt } from '../projection/states.ts';
import { dateAt, type EpochMs, type LocalDate } from '../values/calendar.ts';
import { type PassPath, sameValue } from './path.ts';
import { type Sight, seenAt } from './steps.ts';

/** What time alone will make of a value, if nothing else happens. */
export type TimeAlone = {
  readonly at: EpochMs;
  /** The day that begins then, or on which it is. */
  readonly on: LocalDate;
  readonly value: unknown;
};

/** More instants than a year has days, so that a whole turn of the twelve months is seen … */
const MAX_INSTANTS = 800;
/** … but of a member with thousands of days fewer: each instant looks at every entry that the projections keep. */
const MAX_ENTRIES = 100_000;

/** Goes from one change of any view to the next until this value changes. null: it does not, as far as was looked. */
export const timeAlone = (path: PassPath, states: States, sight: Sight): TimeAlone | null => {
  const value = seenAt(path, states, sight);
  const instants = Math.min(MAX_INSTANTS, Math.ceil(MAX_ENTRIES / (1 + entriesOf(states))));
  let now = sight.now;
  for (let looked = 0; looked < instants; looked++) {
    const at = nextChangeAt(states, now, sight.catalog, sight.lineup);
    if (at === null) return null;
    now = { ...now, at };
    const then = seenAt(path, states, { ...sight, now });
    if (!sameValue(value, then)) return { at, on: dateAt(at, now.timeZone), value: then };
  }
  return null;
};

const entriesOf = (states: States): number =>
  Object.values<object | null>(states).reduce((sum, state) => sum + Object.keys(state ?? {}).length, 0);
