import * as E from 'fp-ts/lib/Either.js';
import { ownerOf } from '../event/stream.ts';
import { type AnyProjection, ProjectionThrew } from '../projection/lineup.ts';
import { catalogAtLeast } from '../workflow/latest.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import type { StreamFold } from './logWalk.ts';
import { foldOf, memberIdOf } from './memberFold.ts';
import { comparePasses, lineupsWith } from './passDiff.ts';
import { addTallies, counted, noTally, type Tally } from './tally.ts';

export type WhatIfDeps = Pick<
  ProjectDeps,
  'events' | 'views' | 'catalog' | 'registry' | 'cache' | 'clock' | 'timeZone'
>;

/**
 * Which passes would differ with a projection that nobody registered: both are folded from the log. Writes nothing.
 * Counts members, changed, pushes (of passes that were issued), threw.
 */
export const whatIf =
  (deps: WhatIfDeps, candidate: AnyProjection) =>
  async (streams: readonly StreamFold[]): Promise<E.Either<ProjectFailure, Tally>> => {
    const members = streams.filter(({ stream }) => ownerOf(stream).type === 'member');
    const lineups = lineupsWith(deps, candidate);
    const lives = await deps.views.loadMany(members.map(memberIdOf))();
    if (E.isLeft(lives)) return lives;
    const catalog = await catalogAtLeast(deps, Math.max(0, ...lives.right.map(({ catalogVersion }) => catalogVersion)));
    if (E.isLeft(catalog)) return catalog;
    let tally = noTally;
    for (const [index, fold] of members.entries()) {
      const live = lives.right[index];
      if (live === undefined) continue;
      try {
        const before = await foldOf(deps.events, fold, 0, lineups.before);
        if (E.isLeft(before)) return before;
        const after = await foldOf(deps.events, fold, 0, lineups.after);
        if (E.isLeft(after)) return after;
        const now = { at: Math.max(deps.clock(), live.evaluatedAt), timeZone: deps.timeZone };
        tally = addTallies(tally, comparePasses(live, before.right, after.right, lineups, now, catalog.right));
      } catch (error) {
        if (!(error instanceof ProjectionThrew)) throw error;
        const sample = { memberId: live.memberId, threw: error.message };
        tally = addTallies(tally, counted({ members: 1, threw: 1 }, [sample]));
      }
    }
    return E.right(tally);
  };
