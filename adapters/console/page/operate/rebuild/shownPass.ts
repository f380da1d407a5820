import type { ChangedPass, Pass } from '#domain/index.ts';

/**
 * A sample of a comparison as a pass that can be drawn: its parts, and for what did not change the pass as it stands. Who the holder is was left
 * out on purpose, and stays so. null: there was, or would be, none.
 */
export const shownPass = (
  memberId: string,
  parts: ChangedPass['before'] | undefined,
  current: Pass | null,
): Pass | null =>
  parts === null || parts === undefined
    ? null
    : {
        ...blank,
        ...current,
        ...parts,
        memberId,
        memberNumber: null,
        holder: { firstName: null, lastName: null },
      };

const blank: Pass = {
  memberId: '',
  memberNumber: null,
  status: 'active',
  holder: { firstName: null, lastName: null },
  memberSince: null,
  tier: { name: null, qualifyingSpend: { amount: '0.00', currency: 'EUR' }, next: null, progress: 0 },
  spend: { lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null },
  promotions: [],
};
