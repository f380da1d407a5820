import type { MemberTierFacts } from '../event/facts.ts';
import { keyed } from './keyed.ts';
import type { Catalog, Projection } from './projection.ts';

/** What the source's records say of the member's tier, by record. */
export type MemberTierState = Readonly<Record<string, MemberTierFacts>>;

/** null: no record, or a tier that nobody named. */
export type MemberTierView = { readonly name: string | null };

/** The tier that the source put the member in. Dates do not end it: the source does, by changing or deleting the record. */
export const memberTier: Projection<MemberTierState, MemberTierView> = {
  name: 'memberTier',
  version: 1,
  initial: {},
  ...keyed<MemberTierFacts>((records, event) => {
    switch (event.type) {
      case 'MemberTierSet':
      case 'MemberTierChanged':
        return records.put(event.recordId, event.current);
      case 'MemberTierEnded':
        return records.put(event.recordId, undefined);
      default:
        return;
    }
  }),
  view: (state, _now, catalog) => {
    const [highest] = Object.entries(state).toSorted(
      ([idA, a], [idB, b]) =>
        rankOf(b, catalog) - rankOf(a, catalog) ||
        descending(a.startsOn ?? '', b.startsOn ?? '') ||
        descending(idA, idB),
    );
    return { name: highest === undefined ? null : (tierOf(highest[1], catalog)?.name ?? null) };
  },
  nextChangeAt: () => null,
};

/** Ids of the tiers that a member's records name: a change of one of them may change the pass. */
export const tiersHeld = (state: MemberTierState): ReadonlySet<string> =>
  new Set(Object.values(state).flatMap(({ tier }) => (tier === null ? [] : [tier])));

const tierOf = ({ tier }: MemberTierFacts, { tiers }: Catalog) =>
  tier !== null && tiers !== undefined && Object.hasOwn(tiers, tier) ? tiers[tier] : undefined;

/** Tiers nobody described, and those without a rank, come last. Finite, so that ranks can be subtracted. */
const rankOf = (facts: MemberTierFacts, catalog: Catalog): number => {
  const rank = tierOf(facts, catalog)?.rank ?? null;
  return rank === null ? Number.MIN_SAFE_INTEGER : Number(rank);
};

const descending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);
