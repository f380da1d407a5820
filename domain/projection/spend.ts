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
    const lifetime = new Map<string, MinorUnits>();
    const last12Months = new Map<string, MinorUnits>();
    let purchases = 0;
    let lastPurchaseOn: LocalDate | null = null;
    // Plain loops: a history looks at every day of a member after every event (workflow/history.ts).
    for (const day in state) {
      const isIn = day > yearAgo && day <= today;
      const currencies = state[day];
      for (const currency in currencies) {
        const { minorUnits, purchases: count } = currencies[currency] ?? nothing;
        add(lifetime, currency, minorUnits);
        if (isIn) add(last12Months, currency, minorUnits);
        purchases += count;
        if (count > 0 && (lastPurchaseOn === null || day > lastPurchaseOn)) lastPurchaseOn = day;
      }
    }
    return { lifetime: listed(lifetime), last12Months: listed(last12Months), purchases, lastPurchaseOn };
  },
  nextChangeAt: (state, now) => nextWindowChange(Object.keys(state), now),
};

/** When the next of these days enters or leaves the twelve months that end today: the first to come, or the oldest that is in. */
export const nextWindowChange = (days: readonly LocalDate[], now: Moment): number | null => {
  const today = dateAt(now.at, now.timeZone);
  const yearAgo = sameDayYearAgo(today);
  let enters: LocalDate | null = null;
  let oldest: LocalDate | null = null;
  for (const day of days)
    if (day > today) {
      if (enters === null || day < enters) enters = day;
    } else if (day > yearAgo && (oldest === null || day < oldest)) oldest = day;
  const leaves = oldest === null ? null : leavesYearOn(oldest);
  const next = leaves === null || (enters !== null && enters < leaves) ? enters : leaves;
  return next === null ? null : startOfDay(next, now.timeZone);
};

const nothing: DaySpend = { minorUnits: 0, orders: 0, purchases: 0 };

/** undefined: a day without an order that counts. */
const booked = (
  day: DaySpends | undefined,
  { currency, minorUnits, isReduction }: Contribution,
  sign: 1 | -1,
): DaySpends | undefined => {
  const spent = day?.[currency] ?? nothing;
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

const add = (sums: Map<string, MinorUnits>, currency: string, minorUnits: MinorUnits): void => {
  sums.set(currency, addMinor(sums.get(currency) ?? 0, minorUnits));
};

/** By code of the currency. */
const listed = (sums: ReadonlyMap<string, MinorUnits>): readonly Money[] =>
  [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => formatMoney(sum, currency));
