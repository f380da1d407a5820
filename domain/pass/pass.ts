import * as t from 'io-ts';
import type { CustomView } from '../projection/customOnPass.ts';
import type { Views } from '../projection/registry.ts';
import { isJsonObject } from '../values/json.ts';
import { formatMoney } from '../values/money.ts';

const text = t.union([t.string, t.null]);
const Money = t.strict({ amount: t.string, currency: t.string });
const Custom = t.partial({ custom: t.readonly(t.record(t.string, text)) });

/**
 * What the holder sees. Money as decimal text, dates YYYY-MM-DD; what is unknown is null.
 * custom: attributes that the mapping shows on the pass; points: balances that the source keeps. Absent where there are none.
 * forgotten: the member asked for it. Nothing personal is left here, nothing will ever follow, and whoever keeps older passes is to erase them.
 */
export const Pass = t.exact(
  t.intersection([
    t.type({
      memberId: t.string,
      memberNumber: text,
      status: t.keyof({ active: null, withdrawn: null }),
      holder: t.strict({ firstName: text, lastName: text }),
      memberSince: text,
      tier: t.strict({
        /** null: the source decides tiers and has not said, or not named it. */
        name: text,
        qualifyingSpend: Money,
        next: t.union([t.strict({ name: t.string, threshold: t.string, remaining: t.string }), t.null]),
        progress: t.number,
      }),
      spend: t.strict({
        lifetime: t.readonlyArray(Money),
        last12Months: t.readonlyArray(Money),
        purchases: t.number,
        lastPurchaseOn: text,
      }),
      promotions: t.readonlyArray(
        t.exact(
          t.intersection([
            t.type({
              id: t.string,
              title: text,
              validFrom: text,
              validTo: text,
              state: t.keyof({ available: null, expiring: null }),
              value: t.union([Money, t.null]),
            }),
            Custom,
          ]),
        ),
      ),
    }),
    t.partial({ points: t.readonlyArray(t.strict({ name: text, balance: text })), forgotten: t.literal(true) }),
    Custom,
  ]),
  'Pass',
);
export type Pass = t.TypeOf<typeof Pass>;

/** Projections whose views the pass is rendered from; others are on it as far as their onPass says. */
export const passParts: ReadonlySet<string> = new Set<keyof Views>([
  'holder',
  'spend',
  'tier',
  'promotions',
  'memberTier',
  'points',
]);

/** null: a provisional member has no pass yet. shown: what further projections show, beside the member's own attributes. */
export const renderPass = (memberId: string, views: Views, shown: CustomView = {}): Pass | null => {
  const { standing, memberNumber, memberSince, firstName, lastName, hasTierRecords } = views.holder;
  if (standing === 'provisional') return null;
  if (standing === 'forgotten') return forgottenPass(memberId, views.tier.qualifyingSpend.currency);
  const custom = { ...views.holder.custom, ...shown };
  return {
    memberId,
    memberNumber,
    status: standing,
    holder: { firstName, lastName },
    memberSince,
    tier: hasTierRecords ? { ...views.tier, name: views.memberTier.name, ...withoutNext } : views.tier,
    spend: views.spend,
    promotions: views.promotions.current,
    ...(views.points.length > 0 && { points: views.points }),
    ...(Object.keys(custom).length > 0 && { custom }),
  };
};

/** One and the same from then on, whatever is bought in that name: so nothing is published after it. */
const forgottenPass = (memberId: string, currency: string): Pass => ({
  memberId,
  memberNumber: null,
  status: 'withdrawn',
  holder: { firstName: null, lastName: null },
  memberSince: null,
  tier: { name: null, qualifyingSpend: formatMoney(0, currency), ...withoutNext },
  spend: { lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null },
  promotions: [],
  forgotten: true,
});

/** Where the source decides tiers, what it asks for the next one is not counted in money. */
const withoutNext = { next: null, progress: 1 };

/** The paths that differ, such as "status", "tier.progress", "promotions" (a list differs as a whole). diff(p, p) is []. */
export const diffPass = (previous: Pass | null, current: Pass): readonly string[] => diff('', previous, current);

const diff = (path: string, previous: unknown, current: unknown): readonly string[] => {
  if (previous === current) return [];
  if (Array.isArray(previous) && Array.isArray(current) && previous.length !== current.length) return [path];
  if (!isJsonObject(current)) return JSON.stringify(previous) === JSON.stringify(current) ? [] : [path];
  if (!isJsonObject(previous) && path !== '') return [path];
  const before = isJsonObject(previous) ? previous : {};
  // What was there and is not any more differs too.
  const keys = new Set([...Object.keys(current), ...Object.keys(before)]);
  return [...keys].flatMap((key) => diff(path === '' ? key : `${path}.${key}`, before[key], current[key]));
};
