import { holder } from './holder.ts';
import type { AnyProjection, Lineup } from './lineup.ts';
import { memberTier } from './memberTier.ts';
import { points } from './points.ts';
import { promotions } from './promotions.ts';
import { spend } from './spend.ts';
import { tier } from './tier.ts';

/** Every projection that runs. To add one: write its file, add its name here. */
export const projections = { holder, spend, tier, promotions, memberTier, points };

/**
 * Further versions of those, such as a tierBy(newRules) with version 2: folded beside them as shadows, shown by nobody until they are promoted.
 * The view must stay what the pass renders; the state may be another.
 */
const candidates: readonly AnyProjection[] = [];

type Projections = typeof projections;
export type States = { readonly [Name in keyof Projections]: Projections[Name]['initial'] };
export type Views = { readonly [Name in keyof Projections]: ReturnType<Projections[Name]['view']> };

/** What a billfold knows how to fold. */
export type Registry = {
  /** The version of each projection that is live while nobody promoted another, by name. */
  readonly main: Lineup;
  readonly candidates: readonly AnyProjection[];
};

export const registry: Registry = { main: projections, candidates };
