import type { Contribution } from '../event/facts.ts';
import { dateAt, type LocalDate, leavesYearOn, sameDayYearAgo, startOfDay } from '../values/calendar.ts';
import { addMinor, formatMoney, type MinorUnits, type Money, negateMinor } from '../values/money.ts';
import { contributionChange } from './contributions.ts';
import { keyed } from './keyed.ts';
import type { Moment, Projection } from './projection.ts';

/** What was spent on each day in each currency. Days and currencies without a counted order are absent. */
export type SpendState = Readonly<Record<LocalDate, DaySpends>>;
type DaySpends = Readonly<Record<string, DaySpend>>;

/** `orders`: all that count; `purchases`: those that are not reductions. */
type DaySpend = { readonly minorUnits: MinorUnits; readonly orders: number; readonly purchases: number };

export type SpendView = {
  readonly lifetime: readonly Money[];
  readonly last12Months: readonly Money[];
  readonly purchases: number;
  readonly lastPurchaseOn: LocalDate | null;
};

export const spend: Projection<SpendState, SpendView> = {
  name: 'spend',
  version: 1,
  initial: {},
  ...keyed<DaySpends>((days, event) => {
    const { removed, added } = contributionChange(event);
    if (removed !== null) days.put(removed.boughtOn, booked(days.get(removed.boughtOn), removed, -1));
    if (added !== null) days.put(added.boughtOn, booked(days.get(added.boughtOn), added, 1));
  }),
  view: (state, now) => {
    const today = dateAt(now.at, now.timeZone);
    const yearAgo = sameDayYearAgo(today);
    let purchases = 0;
    let lastPurchaseOn: LocalDate | null = null;
    for (const [day, currencies] of Object.entries(state)) {
      const count = Object.values(currencies).reduce((sum, spent) => sum + spent.purchases, 0);
      purchases += count;
      if (count > 0 && (lastPurchaseOn === null || day > lastPurchaseOn)) lastPurchaseOn = day;
    }
    return {
      lifetime: totals(state, () => true),
      last12Months: totals(state, (day) => day > yearAgo && day <= today),
      purchases,
      lastPurchaseOn,
    };
  },
  nextChangeAt: (state, now) => nextWindowChange(Object.keys(state), now),
};

/** When the next of these days enters or leaves the twelve months that end today. */
export const nextWindowChange = (days: readonly LocalDate[], now: Moment): number | null => {
  const today = dateAt(now.at, now.timeZone);
  let next: LocalDate | null = null;
  for (const day of days) {
    const change = day > today ? day : leavesYearOn(day);
    if (change > today && (next === null || change < next)) next = change;
  }
  return next === null ? null : startOfDay(next, now.timeZone);
};

/** undefined: a day without an order that counts. */
const booked = (
  day: DaySpends | undefined,
  { currency, minorUnits, isReduction }: Contribution,
  sign: 1 | -1,
): DaySpends | undefined => {
  const spent = day?.[currency] ?? { minorUnits: 0, orders: 0, purchases: 0 };
  const orders = spent.orders + sign;
  if (orders === 0) return withoutCurrency(day ?? {}, currency);
  const after = {
    minorUnits: addMinor(spent.minorUnits, sign === 1 ? minorUnits : negateMinor(minorUnits)),
    orders,
    purchases: spent.purchases + (isReduction ? 0 : sign),
  };
  return { ...day, [currency]: after };
};

const withoutCurrency = (day: DaySpends, currency: string): DaySpends | undefined => {
  const { [currency]: _, ...others } = day;
  return Object.keys(others).length === 0 ? undefined : others;
};

/** Sums by currency, listed by code. */
const totals = (state: SpendState, includes: (day: LocalDate) => boolean): readonly Money[] => {
  const sums = new Map<string, MinorUnits>();
  for (const [day, currencies] of Object.entries(state)) {
    if (!includes(day)) continue;
    for (const [currency, { minorUnits }] of Object.entries(currencies))
      sums.set(currency, addMinor(sums.get(currency) ?? 0, minorUnits));
  }
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => formatMoney(sum, currency));
};
