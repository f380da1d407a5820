import {
  addMinor,
  type Contribution,
  type GrantFacts,
  type MemberEvent,
  type MemberFacts,
  type MemberTierFacts,
  type MinorUnits,
  negateMinor,
  type PointsFacts,
} from '#domain/index.ts';

const QUALIFYING = 'EUR';

/** The same states as the projections fold, written as one would without them: one switch, one state that changes in place. */
export const foldInPlace = (events: readonly MemberEvent[]): MutableStates => {
  const spend = { days: {}, older: { spends: {}, purchasesOn: {} } };
  const states: MutableStates = { holder: null, spend, tier: {}, promotions: {}, memberTier: {}, points: {} };
  for (const event of events) apply(states, event);
  return states;
};

export type MutableStates = {
  holder: MemberFacts | { readonly standing: 'forgotten' } | null;
  /** Nothing is compacted here. */
  readonly spend: {
    readonly days: Record<string, Record<string, DaySpends>>;
    readonly older: { readonly spends: object; readonly purchasesOn: object };
  };
  readonly tier: Record<string, Record<string, { minorUnits: MinorUnits; orders: number }>>;
  readonly promotions: Record<string, object>;
  readonly memberTier: Record<string, MemberTierFacts>;
  readonly points: Record<string, PointsFacts>;
};

type DaySpends = Record<string, { minorUnits: MinorUnits; orders: number; purchases: number }>;

const apply = (states: MutableStates, event: MemberEvent): void => {
  switch (event.type) {
    case 'MemberEnrolled':
    case 'MemberDetailsChanged':
    case 'MemberWithdrawn':
    case 'MemberReinstated':
      states.holder = event.current;
      return;
    case 'PurchaseRecorded':
    case 'PurchaseMovedIn':
      if (event.current.counts !== null) book(states, event.current.counts, 1);
      return;
    case 'PurchaseCorrected':
      if (event.previous.counts !== null) book(states, event.previous.counts, -1);
      if (event.current.counts !== null) book(states, event.current.counts, 1);
      return;
    case 'PurchaseVoided':
    case 'PurchaseMovedOut':
      if (event.previous.counts !== null) book(states, event.previous.counts, -1);
      return;
    case 'PromotionGranted':
    case 'PromotionMovedIn':
    case 'PromotionRevised':
    case 'PromotionRedeemed':
      grant(states, event.grantId, event.current);
      return;
    case 'PromotionRevoked':
    case 'PromotionMovedOut':
      delete states.promotions[event.grantId];
      return;
    case 'MemberTierSet':
    case 'MemberTierChanged':
      states.memberTier[event.recordId] = event.current;
      return;
    case 'MemberTierEnded':
      delete states.memberTier[event.recordId];
      return;
    case 'PointsOpened':
    case 'PointsBalanceChanged':
      states.points[event.recordId] = event.current;
      return;
    case 'PointsClosed':
      delete states.points[event.recordId];
      return;
    case 'MemberForgotten':
      states.holder = { standing: 'forgotten' };
      return;
    default:
      event satisfies never;
  }
};

const book = ({ spend, tier }: MutableStates, counts: Contribution, sign: 1 | -1): void => {
  const { boughtOn, currency, isReduction } = counts;
  const minorUnits = sign === 1 ? counts.minorUnits : negateMinor(counts.minorUnits);
  const month = boughtOn.slice(0, 7);
  spend.days[month] ??= {};
  const days = spend.days[month];
  days[boughtOn] ??= {};
  const day = days[boughtOn];
  day[currency] ??= { minorUnits: 0, orders: 0, purchases: 0 };
  const spent = day[currency];
  spent.minorUnits = addMinor(spent.minorUnits, minorUnits);
  spent.orders += sign;
  if (!isReduction) spent.purchases += sign;
  if (spent.orders === 0 && spent.minorUnits === 0 && spent.purchases === 0) {
    delete day[currency];
    if (isEmpty(day)) delete days[boughtOn];
    if (isEmpty(days)) delete spend.days[month];
  }
  if (currency !== QUALIFYING) return;
  tier[month] ??= {};
  const qualifyingDays = tier[month];
  qualifyingDays[boughtOn] ??= { minorUnits: 0, orders: 0 };
  const qualifying = qualifyingDays[boughtOn];
  qualifying.minorUnits = addMinor(qualifying.minorUnits, minorUnits);
  qualifying.orders += sign;
  if (qualifying.orders !== 0) return;
  delete qualifyingDays[boughtOn];
  if (isEmpty(qualifyingDays)) delete tier[month];
};

const isEmpty = (entries: object): boolean => Object.keys(entries).length === 0;

const grant = (
  { promotions }: MutableStates,
  id: string,
  { state, status: _, redeemedOn, ...facts }: GrantFacts,
): void => {
  const { title, definition } = facts;
  if (state === 'available') promotions[id] = { ...facts, state };
  else if (state === 'redeemed')
    promotions[id] = { state, title, definition: title === null ? definition : null, redeemedOn };
  else delete promotions[id];
};
