import { type AnyProjection, type Lineup, type ProjectionRef, refOf } from './lineup.ts';
import type { Registry } from './registry.ts';

/**
 * Which version of each projection is live. The epoch counts promotions, from 1: what was folded in an older epoch is folded
 * again with the versions of this one.
 */
export type Release = {
  readonly epoch: number;
  /** By name; a name that is not here is live in its main version. */
  readonly versions: Readonly<Record<string, number>>;
  /** What the release before said: the way back. null: there was none. */
  readonly before: Readonly<Record<string, number>> | null;
  /** How far the walk came that brings every member to this epoch. */
  readonly walk: { readonly cursor: string | null; readonly pushesPerSecond: number } | null;
  /** The job that made it; null: nobody did. */
  readonly startedBy: string | null;
};

export const firstRelease: Release = { epoch: 1, versions: {}, before: null, walk: null, startedBy: null };

/** The version of each projection that is live. One that was promoted but is not in the code any more gives way to the main one. */
export const lineupOf = ({ main, candidates }: Registry, { versions }: Pick<Release, 'versions'>): Lineup => {
  const lineup: Record<string, AnyProjection> = { ...main };
  for (const candidate of candidates)
    if (versions[candidate.name] === candidate.version) lineup[candidate.name] = candidate;
  return lineup;
};

/** All that is registered and not live. */
export const shadowsOf = ({ main, candidates }: Registry, lineup: Lineup): readonly AnyProjection[] => {
  const live = new Set(Object.values(lineup).map(refOf));
  return [...Object.values(main), ...candidates].filter((projection) => !live.has(refOf(projection)));
};

/** What a person calls "tier" or "tier@2". A bare name is the only shadow of that name, else the live version. undefined: no such. */
export const findProjection = (registry: Registry, lineup: Lineup, said: ProjectionRef): AnyProjection | undefined => {
  const shadows = shadowsOf(registry, lineup);
  const exact = [...shadows, ...Object.values(lineup)].find((projection) => refOf(projection) === said);
  const [only, ...others] = shadows.filter(({ name }) => name === said);
  return exact ?? (others.length === 0 ? only : undefined) ?? (Object.hasOwn(lineup, said) ? lineup[said] : undefined);
};

export const refsOf = ({ main, candidates }: Registry): readonly ProjectionRef[] =>
  [...Object.values(main), ...candidates].map(refOf);
