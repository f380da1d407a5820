import type { MemberEvent } from '../event/events.ts';
import type { Contribution } from '../event/facts.ts';
import { dateAt, type LocalDate, sameDayYearAgo } from '../values/calendar.ts';
import { addMinor, formatMoney, type MinorUnits, type Money, negateMinor } from '../values/money.ts';
import { type ByDay, daysOf, foldedByDay, isEmpty, monthOf, splitBySight } from './byDay.ts';
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
  fold: (state, events) => booked(state, events),
  compact: (state, at) => {
    const split = splitBySight(state.days, at);
    return split === null ? state : { days: split.inSight, older: withOlder(state.older, split.before) };
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

const foldDays = foldedByDay<Spends>((days, event) => {
  const { removed, added } = contributionChange(event);
  if (removed !== null) book(days, removed, -1);
  if (added !== null) book(days, added, 1);
});

const booked = (state: SpendState, events: readonly MemberEvent[]): SpendState => {
  const days = foldDays(state.days, events);
  return days === state.days ? state : { ...state, days };
};

const book = (
  days: Entries<Spends>,
  { boughtOn, currency, minorUnits, isReduction }: Contribution,
  sign: 1 | -1,
): void => {
  const amount = sign === 1 ? minorUnits : negateMinor(minorUnits);
  const spends = plus(days.get(boughtOn) ?? {}, currency, {
    ...{ minorUnits: amount, orders: sign, purchases: isReduction ? 0 : sign },
  });
  days.put(boughtOn, isEmpty(spends) ? undefined : spends);
};

const nothing: Spend = { minorUnits: 0, orders: 0, purchases: 0 };

/** Without the currency where nothing is left of it. */
const plus = (spends: Spends, currency: string, more: Spend): Spends => {
  const before = spends[currency] ?? nothing;
  const minorUnits = addMinor(before.minorUnits, more.minorUnits);
  const orders = before.orders + more.orders;
  const purchases = before.purchases + more.purchases;
  if (minorUnits !== 0 || orders !== 0 || purchases !== 0)
    return { ...spends, [currency]: { minorUnits, orders, purchases } };
  const { [currency]: _, ...others } = spends;
  return others;
};

const purchasesOf = (spends: Spends | undefined): number => {
  let purchases = 0;
  for (const currency in spends) purchases += spends[currency]?.purchases ?? 0;
  return purchases;
};

const withOlder = ({ spends, purchasesOn }: OlderSpend, days: ByDay<Spends>): OlderSpend => {
  const purchases = new Map<LocalDate, number>();
  let sums = spends;
  for (const [day, ofDay] of Object.values(days).flatMap((ofMonth) => Object.entries(ofMonth))) {
    for (const [currency, spent] of Object.entries(ofDay)) sums = plus(sums, currency, spent);
    purchases.set(day, purchasesOf(ofDay));
  }
  return { spends: sums, purchasesOn: withDays(purchasesOn, purchases) };
};

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
