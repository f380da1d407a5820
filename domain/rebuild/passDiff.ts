import type { FoldedNow, Live } from '../pass/live.ts';
import { rendered } from '../pass/live.ts';
import { diffPass, type Pass } from '../pass/pass.ts';
import type { AnyProjection, Lineup } from '../projection/lineup.ts';
import type { Catalog, Moment } from '../projection/projection.ts';
import { lineupOf } from '../projection/release.ts';
import type { ProjectDeps } from '../workflow/projectDeps.ts';
import { counted, type Tally } from './tally.ts';

/** The parts of a pass that another version of a projection changes. Kept with a job for good, so without who the holder is. */
export type ChangedPass = {
  readonly memberId: string;
  readonly changed: readonly string[];
  readonly before: ShownParts | null;
  readonly after: ShownParts | null;
};
export type ShownParts = Partial<Omit<Pass, (typeof identity)[number]>>;

const identity = ['holder', 'memberNumber'] as const;

/** The versions that are live now, and what they would be with the candidate: in place of its namesake, or beside them all. */
export const lineupsWith = (
  { registry, cache }: Pick<ProjectDeps, 'registry' | 'cache'>,
  candidate: AnyProjection,
): Lineups => {
  const before = lineupOf(registry, cache.release);
  return { before, after: { ...before, [candidate.name]: candidate } };
};

export type Lineups = { readonly before: Lineup; readonly after: Lineup };

/**
 * Both passes of a member at one instant and with one catalog, so that only the versions make a difference.
 * Counts members, changed, and pushes: those that a holder would be told of. Throws ProjectionThrew.
 */
export const comparePasses = (
  { memberId, revision }: Pick<Live, 'memberId' | 'revision'>,
  before: Pick<FoldedNow, 'states'>,
  after: Pick<FoldedNow, 'states'>,
  lineups: Lineups,
  now: Moment,
  catalog: Catalog,
): Tally => {
  const was = rendered(memberId, before.states, now, catalog, lineups.before).pass;
  const is = rendered(memberId, after.states, now, catalog, lineups.after).pass;
  const changed = is === null ? [] : diffPass(was, is);
  if (changed.length === 0) return counted({ members: 1 });
  const isTold = revision > 0 || is?.status === 'active';
  const sample: ChangedPass = { memberId, changed, before: partsOf(was, changed), after: partsOf(is, changed) };
  return counted({ members: 1, changed: 1, pushes: isTold ? 1 : 0 }, [sample], changed);
};

const partsOf = (pass: Pass | null, changed: readonly string[]): ShownParts | null => {
  if (pass === null) return null;
  const parts = new Set(changed.map((path) => path.split('.')[0]));
  for (const part of identity) parts.delete(part);
  return Object.fromEntries(Object.entries(pass).filter(([part]) => parts.has(part)));
};
