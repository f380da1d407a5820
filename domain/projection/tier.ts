import type { MemberEvent } from '../event/events.ts';
import type { Contribution } from '../event/facts.ts';
import { dateAt, type EpochMs, sameDayYearAgo } from '../values/calendar.ts';
import {
  addMinor,
  compareMinor,
  formatMoney,
  type MinorUnits,
  type Money,
  negateMinor,
  shareOf,
  subtractMinor,
} from '../values/money.ts';
import { type ByDay, daysOf, firstMonthInSight, foldedByDay, splitBySight } from './byDay.ts';
import { contributionChange } from './contributions.ts';
import type { Projection } from './projection.ts';
import { nextWindowChange } from './twelveMonths.ts';

/**
 * Qualifying spend of each day that may still lie in the twelve months, in minor units of the qualifying currency. `orders` keeps a day of net
 * zero known.
 */
export type TierState = ByDay<DayQualifying>;
type DayQualifying = { readonly minorUnits: MinorUnits; readonly orders: number };

export type TierView = {
  readonly name: string;
  readonly qualifyingSpend: Money;
  /** threshold and remaining: decimal text in the currency of qualifyingSpend. */
  readonly next: { readonly name: string; readonly threshold: string; readonly remaining: string } | null;
  /** Of the way from this threshold to the next: 0..1, rounded down to two decimals; 1 at the top. */
  readonly progress: number;
};

/** Tiers rise by what was spent in the rolling twelve months that end today. Lowest first; thresholds in minor units. */
export type TierRules = {
  readonly currency: string;
  readonly tiers: readonly [TierRule, ...TierRule[]];
};
export type TierRule = { readonly name: string; readonly threshold: MinorUnits };

export const retailTiers: TierRules = {
  currency: 'EUR',
  tiers: [
    { name: 'Member', threshold: 0 },
    { name: 'Silver', threshold: 500_00 },
    { name: 'Gold', threshold: 2_000_00 },
    { name: 'Platinum', threshold: 5_000_00 },
  ],
};

export const tierBy = (rules: TierRules): Projection<TierState, TierView> => {
  const fold = (state: TierState, events: readonly MemberEvent[], compactedAt: EpochMs | null = null): TierState => {
    const first = firstMonthInSight(compactedAt);
    const counts = (one: Contribution | null): one is Contribution =>
      one?.currency === rules.currency && one.boughtOn >= first;
    return foldedByDay<DayQualifying>((days, event) => {
      const { removed, added } = contributionChange(event);
      if (counts(removed))
        days.put(removed.boughtOn, booked(days.get(removed.boughtOn), negateMinor(removed.minorUnits), -1));
      if (counts(added)) days.put(added.boughtOn, booked(days.get(added.boughtOn), added.minorUnits, 1));
    })(state, events);
  };
  return {
    name: 'tier',
    version: 2,
    initial: {},
    evolve: (state, event) => fold(state, [event]),
    fold,
    // Whatever a correction books on such a day goes with it again.
    compact: (state, at) => splitBySight(state, at)?.inSight ?? state,
    view: (state, now) => {
      const today = dateAt(now.at, now.timeZone);
      const yearAgo = sameDayYearAgo(today);
      let qualifying: MinorUnits = 0;
      // Plain loops: a history looks at every day in sight after every event (workflow/history.ts).
      for (const month in state) {
        const days = state[month];
        for (const day in days)
          if (day > yearAgo && day <= today) qualifying = addMinor(qualifying, days[day]?.minorUnits ?? 0);
      }
      return standingAt(rules, qualifying);
    },
    nextChangeAt: (state, now) => nextWindowChange(daysOf(state), now),
  };
};

export const tier = tierBy(retailTiers);

/** Spend below the lowest threshold (returns can make it negative) is still the lowest tier. */
const standingAt = ({ currency, tiers }: TierRules, qualifying: MinorUnits): TierView => {
  const reached = tiers.findLastIndex(({ threshold }) => compareMinor(qualifying, threshold) >= 0);
  const current = tiers[Math.max(reached, 0)] ?? tiers[0];
  const next = tiers[Math.max(reached, 0) + 1];
  return {
    name: current.name,
    qualifyingSpend: formatMoney(qualifying, currency),
    next:
      next === undefined
        ? null
        : {
            name: next.name,
            threshold: formatMoney(next.threshold, currency).amount,
            remaining: formatMoney(subtractMinor(next.threshold, qualifying), currency).amount,
          },
    progress: next === undefined ? 1 : shareOf(qualifying, current.threshold, next.threshold),
  };
};

/** undefined: a day without an order that counts. */
const booked = (day: DayQualifying | undefined, minorUnits: MinorUnits, sign: 1 | -1): DayQualifying | undefined => {
  const orders = (day?.orders ?? 0) + sign;
  return orders === 0 ? undefined : { minorUnits: addMinor(day?.minorUnits ?? 0, minorUnits), orders };
};
