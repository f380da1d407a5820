import type { MemberEvent } from '../event/events.ts';
import type { Contribution } from '../event/facts.ts';
import { dateAt, type EpochMs, type LocalDate, sameDayYearAgo } from '../values/calendar.ts';
import { addMinor, formatMoney, type MinorUnits, type Money, negateMinor } from '../values/money.ts';
import { type ByDay, daysOf, firstMonthInSight, foldedByDay, isEmpty, monthOf, splitBySight } from './byDay.ts';
import { contributionChange } from './contributions.ts';
import { countOn, type DayCounts, lastDay, withDays } from './dayCounts.ts';
import type { Entries } from './keyed.ts';
import type { Projection } from './projection.ts';
import { nextWindowChange } from './twelveMonths.ts';

/**
 * What was spent: of days that may still lie in the twelve months by day, of all before by currency alone. Each is a sum of what events added and
 * took away, so a correction of any age is right wherever it is booked. Days and currencies without a counted order are absent.
 */
export type SpendState = { readonly days: ByDay<Spends>; readonly older: OlderSpend };

/** purchasesOn: to find the last one, should it be void. 365 days in a year is all that grows. */
type OlderSpend = { readonly spends: Spends; readonly purchasesOn: DayCounts };

/** By currency. */
type Spends = Readonly<Record<string, Spend>>;

/** `orders`: all that count; `purchases`: those that are not reductions. */
type Spend = { readonly minorUnits: MinorUnits; readonly orders: number; readonly purchases: number };

export type SpendView = {
  readonly lifetime: readonly Money[];
  readonly last12Months: readonly Money[];
  readonly purchases: number;
  readonly lastPurchaseOn: LocalDate | null;
};

export const spend: Projection<SpendState, SpendView> = {
  name: 'spend',
  version: 2,
  initial: { days: {}, older: { spends: {}, purchasesOn: {} } },
  evolve: (state, event) => booked(state, [event]),
  fold: (state, events, compactedAt) => booked(state, events, compactedAt),
  compact: (state, at) => {
    const split = splitBySight(state.days, at);
    return split === null ? state : { days: split.inSight, older: withOlder(state.older, bookedIn(split.before)) };
  },
  view: ({ days, older }, now) => {
    const today = dateAt(now.at, now.timeZone);
    const yearAgo = sameDayYearAgo(today);
    const lifetime = new Map<string, Sum>();
    const last12Months = new Map<string, Sum>();
    let purchases = purchasesOf(older.spends);
    for (const currency in older.spends) add(lifetime, currency, older.spends[currency] ?? nothing);
    // Plain loops: a history looks at every day of a member after every event (workflow/history.ts).
    for (const month in days) {
      const ofMonth = days[month];
      for (const day in ofMonth) {
        const isIn = day > yearAgo && day <= today;
        const spends = ofMonth[day];
        for (const currency in spends) {
          const spent = spends[currency] ?? nothing;
          add(lifetime, currency, spent);
          if (isIn) add(last12Months, currency, spent);
          purchases += spent.purchases;
        }
      }
    }
    const lastPurchaseOn = lastPurchase(days, older.purchasesOn);
    return { lifetime: listed(lifetime), last12Months: listed(last12Months), purchases, lastPurchaseOn };
  },
  nextChangeAt: ({ days }, now) => nextWindowChange(daysOf(days), now),
};

/**
 * What is out of sight of compactedAt is booked where compacting would put it: half of what a replay takes for a member's days was to make
 * months that were taken apart again.
 */
const booked = (state: SpendState, events: readonly MemberEvent[], compactedAt: EpochMs | null = null): SpendState => {
  const first = firstMonthInSight(compactedAt);
  const outOfSight: Booked[] = [];
  const days = foldedByDay<Spends>((inSight, event) => {
    const { removed, added } = contributionChange(event);
    for (const one of [bookedAs(removed, -1), bookedAs(added, 1)]) {
      if (one === null) continue;
      if (one.day < first) outOfSight.push(one);
      else book(inSight, one);
    }
  })(state.days, events);
  if (outOfSight.length > 0) return { days, older: withOlder(state.older, outOfSight) };
  return days === state.days ? state : { ...state, days };
};

type Booked = { readonly day: LocalDate; readonly currency: string; readonly spent: Spend };

const bookedAs = (contribution: Contribution | null, sign: 1 | -1): Booked | null => {
  if (contribution === null) return null;
  const { boughtOn, currency, isReduction } = contribution;
  const minorUnits = sign === 1 ? contribution.minorUnits : negateMinor(contribution.minorUnits);
  return { day: boughtOn, currency, spent: { minorUnits, orders: sign, purchases: isReduction ? 0 : sign } };
};

const book = (days: Entries<Spends>, { day, currency, spent }: Booked): void => {
  const spends = { ...days.get(day) };
  addTo(spends, currency, spent);
  days.put(day, isEmpty(spends) ? undefined : spends);
};

const nothing: Spend = { minorUnits: 0, orders: 0, purchases: 0 };

/** Without the currency where nothing is left of it. */
const addTo = (sums: Record<string, Spend>, currency: string, more: Spend): void => {
  const before = sums[currency] ?? nothing;
  const minorUnits = addMinor(before.minorUnits, more.minorUnits);
  const orders = before.orders + more.orders;
  const purchases = before.purchases + more.purchases;
  if (minorUnits !== 0 || orders !== 0 || purchases !== 0) sums[currency] = { minorUnits, orders, purchases };
  else delete sums[currency];
};

const purchasesOf = (spends: Spends | undefined): number => {
  let purchases = 0;
  for (const currency in spends) purchases += spends[currency]?.purchases ?? 0;
  return purchases;
};

const withOlder = ({ spends, purchasesOn }: OlderSpend, more: readonly Booked[]): OlderSpend => {
  const purchases = new Map<LocalDate, number>();
  const sums = { ...spends };
  for (const { day, currency, spent } of more) {
    addTo(sums, currency, spent);
    purchases.set(day, (purchases.get(day) ?? 0) + spent.purchases);
  }
  return { spends: sums, purchasesOn: withDays(purchasesOn, purchases) };
};

const bookedIn = (days: ByDay<Spends>): readonly Booked[] =>
  Object.values(days)
    .flatMap((ofMonth) => Object.entries(ofMonth))
    .flatMap(([day, ofDay]) => Object.entries(ofDay).map(([currency, spent]) => ({ day, currency, spent })));

/** A day that is out of sight may have been booked again since: both count. */
const lastPurchase = (days: SpendState['days'], older: DayCounts): LocalDate | null => {
  let last: LocalDate | null = null;
  for (const month of Object.keys(days).toSorted((a, b) => (a < b ? 1 : -1))) {
    for (const day in days[month])
      if ((last === null || day > last) && purchasesOf(days[month][day]) + countOn(older, day) > 0) last = day;
    if (last !== null) break;
  }
  return lastDay(older, last, (day) => purchasesOf(days[monthOf(day)]?.[day]));
};

type Sum = { minorUnits: MinorUnits; orders: number };

const add = (sums: Map<string, Sum>, currency: string, { minorUnits, orders }: Spend): void => {
  const sum = sums.get(currency) ?? { minorUnits: 0, orders: 0 };
  sum.minorUnits = addMinor(sum.minorUnits, minorUnits);
  sum.orders += orders;
  sums.set(currency, sum);
};

/** By code of the currency. What was booked long ago and taken back since is in both parts of the state, and nothing together. */
const listed = (sums: ReadonlyMap<string, Sum>): readonly Money[] =>
  [...sums]
    .filter(([, { orders }]) => orders !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { minorUnits }]) => formatMoney(minorUnits, currency));
