import type { EpochMs } from '#domain/index.ts';
import type { Pace } from './budget.ts';

/** free: when the next place would be free if nothing had been allowed at once. */
export type Slots = { readonly free: number; readonly places: readonly EpochMs[] };

/** GCRA: `burst` places may be taken before their time, and only time gives them back. */
export const nextSlots = (
  free: number | null,
  { perSecond, burst }: Pace,
  { places, now }: { readonly places: number; readonly now: EpochMs },
): Slots => {
  const everyMs = 1_000 / perSecond;
  const first = Math.max(free ?? now, now);
  const timeOf = (index: number): EpochMs => Math.max(now, Math.ceil(first + (index - burst) * everyMs));
  return { free: first + places * everyMs, places: Array.from({ length: places }, (_, index) => timeOf(index)) };
};
