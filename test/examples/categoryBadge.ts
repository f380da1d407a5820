import {
  dateAt,
  type LocalDate,
  type MemberEvent,
  nextWindowChange,
  type Projection,
  type PurchaseFacts,
  sameDayYearAgo,
} from 'billfold';

/** Counted purchases, returns aside, by category and by day. */
export type CategoryState = Readonly<Record<string, Readonly<Record<LocalDate, number>>>>;
/** Badges that are held today, as listed below. */
export type CategoryBadgeView = readonly string[];

/** The state holds every category, so a further badge needs no rebuild. */
const BADGES: readonly { readonly category: string; readonly badge: string }[] = [
  { category: 'Coffee', badge: 'Coffee lover' },
  { category: 'Tea', badge: 'Tea lover' },
];
const PURCHASES = 5;

/** A badge for five purchases of a category in the twelve months that end today. */
export const categoryBadge: Projection<CategoryState, CategoryBadgeView> = {
  name: 'categoryBadge',
  version: 1,
  initial: {},
  evolve: (state, event) => {
    const { previous, current } = purchaseChange(event);
    return counted(counted(state, previous, -1), current, 1);
  },
  view: (state, now) => {
    const today = dateAt(now.at, now.timeZone);
    const yearAgo = sameDayYearAgo(today);
    return BADGES.flatMap(({ category, badge }) => {
      const days = Object.entries(state[category] ?? {}).filter(([day]) => day > yearAgo && day <= today);
      return days.reduce((sum, [, purchases]) => sum + purchases, 0) >= PURCHASES ? [badge] : [];
    });
  },
  nextChangeAt: (state, now) =>
    nextWindowChange(
      BADGES.flatMap(({ category }) => Object.keys(state[category] ?? {})),
      now,
    ),
  onPass: (badges) => ({ badges: badges.length === 0 ? null : badges.join(', ') }),
};

/** What an event says of a purchase before and after it: a corrected one may be of another category. */
const purchaseChange = (
  event: MemberEvent,
): { readonly previous?: PurchaseFacts; readonly current?: PurchaseFacts } => {
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'PurchaseMovedIn':
      return { current: event.current };
    case 'PurchaseCorrected':
      return event;
    case 'PurchaseVoided':
    case 'PurchaseMovedOut':
      return { previous: event.previous };
    default:
      return {};
  }
};

const counted = (state: CategoryState, facts: PurchaseFacts | undefined, change: 1 | -1): CategoryState => {
  const category = facts?.custom?.category ?? null;
  const counts = facts?.counts ?? null;
  if (category === null || counts === null || counts.isReduction) return state;
  const { [counts.boughtOn]: before = 0, ...otherDays } = state[category] ?? {};
  const days = before + change === 0 ? otherDays : { ...otherDays, [counts.boughtOn]: before + change };
  const { [category]: _, ...others } = state;
  return Object.keys(days).length === 0 ? others : { ...others, [category]: days };
};
