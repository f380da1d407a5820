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
  holder: MemberFacts | null;
  /** Nothing is compacted here. */
  readonly spend: {
    readonly days: Record<string, Record<string, { minorUnits: MinorUnits; orders: number; purchases: number }>>;
    readonly older: { readonly spends: object; readonly purchasesOn: object };
  };
  readonly tier: Record<string, { minorUnits: MinorUnits; orders: number }>;
  readonly promotions: Record<string, GrantFacts>;
  readonly memberTier: Record<string, MemberTierFacts>;
  readonly points: Record<string, PointsFacts>;
};

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
      states.promotions[event.grantId] = event.current;
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
    default:
      event satisfies never;
  }
};

const book = ({ spend, tier }: MutableStates, counts: Contribution, sign: 1 | -1): void => {
  const { boughtOn, currency, isReduction } = counts;
  const minorUnits = sign === 1 ? counts.minorUnits : negateMinor(counts.minorUnits);
  spend.days[boughtOn] ??= {};
  const day = spend.days[boughtOn];
  day[currency] ??= { minorUnits: 0, orders: 0, purchases: 0 };
  const spent = day[currency];
  spent.minorUnits = addMinor(spent.minorUnits, minorUnits);
  spent.orders += sign;
  if (!isReduction) spent.purchases += sign;
  if (spent.orders === 0 && spent.minorUnits === 0 && spent.purchases === 0) delete day[currency];
  if (spent.orders === 0 && Object.keys(day).length === 0) delete spend.days[boughtOn];
  if (currency !== QUALIFYING) return;
  tier[boughtOn] ??= { minorUnits: 0, orders: 0 };
  const qualifying = tier[boughtOn];
  qualifying.minorUnits = addMinor(qualifying.minorUnits, minorUnits);
  qualifying.orders += sign;
  if (qualifying.orders === 0) delete tier[boughtOn];
};
