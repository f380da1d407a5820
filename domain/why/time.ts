import { nextChangeAt, type States } from '../projection/registry.ts';
import type { EpochMs } from '../values/calendar.ts';
import { type PassPath, sameValue } from './path.ts';
import { type Sight, seenAt } from './steps.ts';

/** What time alone will make of a value, if nothing else happens. null: nothing, or nothing soon. */
export type TimeAlone = { readonly at: EpochMs; readonly value: unknown };

/** More instants at which something on the pass changes than the twelve months have days. */
const MAX_INSTANTS = 800;

/** Goes from one change of any view to the next until this value changes. */
export const timeAlone = (path: PassPath, states: States, sight: Sight): TimeAlone | null => {
  const value = seenAt(path, states, sight);
  let now = sight.now;
  for (let looked = 0; looked < MAX_INSTANTS; looked++) {
    const at = nextChangeAt(states, now, sight.catalog);
    if (at === null) return null;
    now = { ...now, at };
    const then = seenAt(path, states, { ...sight, now });
    if (!sameValue(value, then)) return { at, value: then };
  }
  return null;
};
