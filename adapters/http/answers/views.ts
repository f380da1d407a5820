import * as t from 'io-ts';
import { orNull } from './common.ts';

export const MoneyText = t.strict({ amount: t.string, currency: t.string }, 'Money');
export type MoneyText = t.TypeOf<typeof MoneyText>;
const custom = t.partial({ custom: t.readonly(t.record(t.string, orNull(t.string))) });

const HolderView = t.intersection(
  [
    t.type({
      standing: t.keyof({ provisional: null, active: null, withdrawn: null, forgotten: null }),
      memberNumber: orNull(t.string),
      memberSince: orNull(t.string),
      firstName: orNull(t.string),
      lastName: orNull(t.string),
      /** The source decides the member's tier. */
      hasTierRecords: t.boolean,
    }),
    custom,
  ],
  'HolderView',
);

const SpendView = t.strict(
  {
    lifetime: t.readonlyArray(MoneyText),
    last12Months: t.readonlyArray(MoneyText),
    purchases: t.number,
    lastPurchaseOn: orNull(t.string),
  },
  'SpendView',
);

const TierView = t.strict(
  {
    name: t.string,
    qualifyingSpend: MoneyText,
    next: orNull(t.strict({ name: t.string, threshold: t.string, remaining: t.string })),
    progress: t.number,
  },
  'TierView',
);

const PromotionView = t.intersection(
  [
    t.type({
      id: t.string,
      title: orNull(t.string),
      validFrom: orNull(t.string),
      validTo: orNull(t.string),
      state: t.keyof({ available: null, expiring: null }),
      value: orNull(MoneyText),
    }),
    custom,
  ],
  'PromotionView',
);

const PromotionsView = t.strict(
  {
    current: t.readonlyArray(PromotionView),
    redeemed: t.readonlyArray(t.strict({ id: t.string, title: orNull(t.string), redeemedOn: orNull(t.string) })),
  },
  'PromotionsView',
);

const PointsView = t.readonlyArray(
  t.strict({ name: orNull(t.string), balance: orNull(t.string) }, 'PointsBalance'),
  'PointsView',
);

/** By name; null: the projection is parked or fails. Projections of the user's own stand beside these. */
export const ViewsText = t.type(
  {
    holder: orNull(HolderView),
    spend: orNull(SpendView),
    tier: orNull(TierView),
    promotions: orNull(PromotionsView),
    memberTier: orNull(t.strict({ name: orNull(t.string) }, 'MemberTierView')),
    points: orNull(PointsView),
  },
  'Views',
);
export type ViewsText = t.TypeOf<typeof ViewsText>;
