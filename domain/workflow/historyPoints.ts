import type { EventType } from '../event/events.ts';
import type { Pass } from '../pass/pass.ts';
import type { EpochMs } from '../values/calendar.ts';

/** Where what the holder sees changed: at a commit, or in between at an instant. */
export type HistoryPoint = {
  /** Of the last event that was then known. */
  readonly version: number;
  /** When that event was recorded. */
  readonly recordedAt: EpochMs;
  /** When the change was to be seen: for memberAsOf. */
  readonly evaluatedAt: EpochMs;
  /** event: of the member. definition: of a promotion or a tier that the member's records name. time: nothing happened but that it passed. */
  readonly because: 'event' | 'definition' | 'time';
  /** [] unless because of events. */
  readonly types: readonly EventType[];
  /** As diffPass names them. */
  readonly changed: readonly string[];
  /** How many changes this one stands for, with those before it that were left out. */
  readonly changes: number;
} & Seen;

/** What a chart draws of a pass. */
export type Seen = {
  readonly status: Pass['status'];
  /** null: the source decides tiers, and has not said. */
  readonly tier: string | null;
  readonly next: Pass['tier']['next'];
  readonly qualifyingSpend: Pass['tier']['qualifyingSpend'];
  readonly lifetime: Pass['spend']['lifetime'];
};

/** What comes after it belongs to the next answer. */
export type Place = { readonly version: number; readonly evaluatedAt: EpochMs };

export const seenOn = ({ status, tier, spend }: Pass): Seen => ({
  status,
  tier: tier.name,
  next: tier.next,
  qualifyingSpend: tier.qualifyingSpend,
  lifetime: spend.lifetime,
});

/**
 * At most `limit` points, however many come: the first, the last, each that changes tier or status, and of the others every so many. What is
 * left out counts with the point after it. add says whether more may come: false where what must be kept fills the answer.
 */
export const pointsWithin = (limit: number) => {
  let kept: Numbered[] = [];
  let stride = 1;
  let added = 0;
  let turns = 0;
  const stays = ({ number, isTurn }: Numbered): boolean => isTurn || number % stride === 0;
  const coarsen = (): void => {
    while (kept.length > limit) {
      stride *= 2;
      kept = kept.reduce<Numbered[]>(appended, []);
    }
  };
  const appended = (before: Numbered[], next: Numbered): Numbered[] => {
    const last = before.at(-1);
    if (last === undefined || stays(last)) before.push(next);
    else before.splice(-1, 1, { ...next, point: joined(last.point, next.point) });
    return before;
  };
  return {
    add: (point: HistoryPoint): boolean => {
      const last = kept.at(-1)?.point;
      const isTurn = last === undefined || last.tier !== point.tier || last.status !== point.status;
      appended(kept, { number: added, isTurn, point });
      added += 1;
      if (isTurn) turns += 1;
      // Twice as many at times, so that coarsening is rare.
      if (kept.length > 2 * limit) coarsen();
      return turns < limit - 1;
    },
    points: (): readonly HistoryPoint[] => {
      coarsen();
      return kept.map(({ point }) => point);
    },
  };
};

type Numbered = { readonly number: number; readonly isTurn: boolean; readonly point: HistoryPoint };

const joined = (left: HistoryPoint, point: HistoryPoint): HistoryPoint => ({
  ...point,
  types: [...new Set([...left.types, ...point.types])],
  changed: [...new Set([...left.changed, ...point.changed])],
  changes: left.changes + point.changes,
});
