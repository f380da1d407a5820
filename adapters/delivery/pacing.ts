import type { EpochMs } from '#domain/index.ts';
import type { Pace } from './budget.ts';

/** free: when the next place would be free if nothing had been allowed at once. */
export type Slots = { readonly free: number; readonly places: readonly EpochMs[] };

type Wanted = { readonly places: number; readonly now: EpochMs };

/** Places are taken ahead for a moment only, so that forty processes do not get so far; nor do twenty places of a slow partner. */
const FAR_MS = 10_000;
const FAR_PLACES = 20;
/** A place further away than this is none: a clock was wrong, or the rate was lower. */
export const farMsOf = ({ perSecond }: Pick<Pace, 'perSecond'>): number => FAR_MS + (FAR_PLACES * 1_000) / perSecond;

/** GCRA: `burst` places may be taken before their time, and only time gives them back. null: what is free lies too far off to be waited for. */
export const nextSlots = (free: number | null, { perSecond, burst }: Pace, { places, now }: Wanted): Slots | null => {
  const everyMs = 1_000 / perSecond;
  const first = Math.max(free ?? now, now);
  if (first - burst * everyMs > now + farMsOf({ perSecond })) return null;
  const timeOf = (index: number): EpochMs => Math.max(now, Math.ceil(first + (index - burst) * everyMs));
  return { free: first + places * everyMs, places: Array.from({ length: places }, (_, index) => timeOf(index)) };
};

/** Begun anew as if all places until then were taken, and those of a second more: others may hold some that nobody can tell of any more. */
export const slotsAnew = (pace: Pace, { places, now }: Wanted): Slots => {
  const from = now + SILENCE_MS;
  return (
    nextSlots(from + (pace.burst * 1_000) / pace.perSecond, pace, { places, now: from }) ?? { free: from, places: [] }
  );
};
const SILENCE_MS = 1_000;

/** Who lives by that clock takes places sooner: so long, and twice as long as a place takes. */
const QUIET_MS = 5_000;

/**
 * Whether a time that lies far off was left behind: by a clock that was ahead, or a rate that was lower. Whose clock is right cannot be told; but where nobody moved
 * it on for a while, nobody lives by it. Where somebody does, the two keep out of each other's way. elapsedMs: of a clock that nobody sets.
 */
export const leftBehind = (elapsedMs: () => number) => {
  const seen = new Map<string, { readonly free: number; readonly at: number }>();
  return (credential: string, free: number, { perSecond }: Pick<Pace, 'perSecond'>): boolean => {
    const known = seen.get(credential);
    if (known?.free === free) return elapsedMs() - known.at >= Math.max(QUIET_MS, 2_000 / perSecond);
    seen.set(credential, { free, at: elapsedMs() });
    return false;
  };
};
