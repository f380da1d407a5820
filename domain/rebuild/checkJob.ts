import * as E from 'fp-ts/lib/Either.js';
import { type AnyProjection, refOf } from '../projection/lineup.ts';
import { findProjection, lineupOf, type Release, refsOf, shadowsOf } from '../projection/release.ts';
import type { ProjectDeps } from '../workflow/projectDeps.ts';
import type { JobRequest } from './job.ts';
import { newlyLive, type PromoteRefusal, releaseBack, releaseWith } from './promote.ts';

/** Nothing was begun. */
export type JobRefusal =
  | {
      readonly type: 'UnknownProjection' | 'NoCandidate' | 'SeveralCandidates' | 'AlreadyLive';
      readonly message: string;
    }
  | PromoteRefusal;

type Deps = Pick<ProjectDeps, 'registry'>;

/** What a request means with the versions that are live now: the projection it is about; null: all of them. */
export const checkJob = (
  deps: Deps,
  release: Release,
  request: JobRequest,
): E.Either<JobRefusal, AnyProjection | null> => {
  switch (request.type) {
    case 'replay':
      return request.projection === null ? E.right(null) : named(deps, release, request.projection);
    case 'diff':
      return candidateNamed(deps, release, request.projection);
    case 'promote': {
      if (request.back) {
        const back = releaseBack(deps, release, request.pushesPerSecond);
        return E.isLeft(back) ? back : E.right(newlyLive(deps, release, back.right)[0] ?? null);
      }
      const candidate = candidateNamed(deps, release, request.projection);
      if (E.isLeft(candidate)) return candidate;
      const next = releaseWith(deps, release, candidate.right, request.pushesPerSecond);
      return E.isLeft(next) ? next : candidate;
    }
    case 'verify':
    case 'reconcile':
      return E.right(null);
  }
};

const named = (deps: Deps, release: Release, said: string): E.Either<JobRefusal, AnyProjection> => {
  const found = findProjection(deps.registry, lineupOf(deps.registry, release), said);
  return E.fromNullable<JobRefusal>({
    type: 'UnknownProjection',
    message: `No projection is called ${said}. Registered: ${refsOf(deps.registry).join(', ')}.`,
  })(found);
};

/** A version that is not live; without a name, the only one. */
const candidateNamed = (deps: Deps, release: Release, said: string | null): E.Either<JobRefusal, AnyProjection> => {
  const lineup = lineupOf(deps.registry, release);
  const shadows = shadowsOf(deps.registry, lineup);
  if (said === null) {
    const [only, ...others] = shadows;
    if (only !== undefined && others.length === 0) return E.right(only);
    return only === undefined
      ? E.left({
          type: 'NoCandidate',
          message: `No version waits beside the live ones (${Object.values(lineup).map(refOf).join(', ')}).`,
        })
      : E.left({ type: 'SeveralCandidates', message: `Say which: ${shadows.map(refOf).join(', ')}.` });
  }
  const found = named(deps, release, said);
  if (E.isLeft(found)) return found;
  if (shadows.includes(found.right)) return found;
  return E.left({
    type: 'AlreadyLive',
    message: `${refOf(found.right)} is live already${shadows.length === 0 ? ', and no version waits beside it' : `; ${shadows.map(refOf).join(', ')} ${shadows.length === 1 ? 'waits' : 'wait'}`}.`,
  });
};
