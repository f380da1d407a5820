import { contributionChange, dateAt, type EpochMs, type Moment, type Projection, startOfDay } from 'billfold';

/** Counted purchases, returns aside, of each month ("2026-05") that has any. */
export type StreakState = Readonly<Record<string, number>>;
export type StreakView = {
  /** In a row, with a purchase in each. The month that is on its way does not end a streak: there is time left. */
  readonly months: number;
  /** The month by whose end another purchase is needed, "2026-06"; null: there is no streak. */
  readonly nextBy: string | null;
};

/** Months in a row with a purchase. */
export const streak: Projection<StreakState, StreakView> = {
  name: 'streak',
  version: 1,
  initial: {},
  evolve: (state, event) => {
    const { removed, added } = contributionChange(event);
    const without = removed === null || removed.isReduction ? state : counted(state, removed.boughtOn, -1);
    return added === null || added.isReduction ? without : counted(without, added.boughtOn, 1);
  },
  view: (state, now) => {
    const last = lastMonth(state, now);
    if (last === null) return { months: 0, nextBy: null };
    let months = 1;
    while (state[later(last, -months)] !== undefined) months += 1;
    return { months, nextBy: later(last, 1) };
  },
  nextChangeAt: (state, now) => {
    const last = lastMonth(state, now);
    const breaks = last === null ? [] : [later(last, 2)];
    // A purchase may be dated ahead.
    const [next] = [...Object.keys(state), ...breaks]
      .filter((month) => month > monthAt(now))
      .toSorted((a, b) => (a < b ? -1 : 1));
    return next === undefined ? null : startOf(next, now);
  },
  onPass: ({ months }) => ({ streak: months === 0 ? null : String(months) }),
};

const counted = (state: StreakState, boughtOn: string, change: 1 | -1): StreakState => {
  const month = boughtOn.slice(0, 7);
  const { [month]: before = 0, ...others } = state;
  return before + change === 0 ? others : { ...others, [month]: before + change };
};

/** Of the streak that stands: this month or the one before. */
const lastMonth = (state: StreakState, now: Moment): string | null =>
  [monthAt(now), later(monthAt(now), -1)].find((month) => state[month] !== undefined) ?? null;

const monthAt = ({ at, timeZone }: Moment): string => dateAt(at, timeZone).slice(0, 7);

const later = (month: string, months: number): string => {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
};

const startOf = (month: string, { timeZone }: Moment): EpochMs => startOfDay(`${month}-01`, timeZone);
