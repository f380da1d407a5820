import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { StoreUnavailable, Unstorable } from '../errors.ts';
import type { Live } from '../pass/live.ts';
import type { ReleaseStore, ViewLostRace, ViewStore } from '../ports.ts';
import type { ProjectCache } from './latest.ts';

/** Revisions are reserved this many at a time, for all members together: one write in that many of the busiest member. */
const BLOCK = 256;

type Deps = {
  readonly views: Pick<ViewStore, 'replace'>;
  readonly releases: Pick<ReleaseStore, 'raiseFloor'>;
  readonly cache: ProjectCache;
};

/**
 * Replaces LIVE. Before a revision is published that is above every one reserved so far, the floor in `ops` is raised above it: should the
 * views ever be lost, those that are rebuilt from nothing start there, and no consumer takes them for old.
 */
export const replaceLive =
  ({ views, releases, cache }: Deps) =>
  (live: Live): TaskEither<ViewLostRace | StoreUnavailable | Unstorable, void> =>
  async () => {
    if (live.change !== null && live.revision > cache.revisionFloor) {
      const raised = await releases.raiseFloor(Math.ceil(live.revision / BLOCK) * BLOCK)();
      if (E.isLeft(raised)) return raised;
      cache.revisionFloor = raised.right;
    }
    return views.replace(live)();
  };
