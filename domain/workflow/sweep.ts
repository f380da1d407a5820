import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { type Cause, holdsDefinitions } from '../pass/live.ts';
import { catalogAtLeast } from './latest.ts';
import type { ProjectDeps, ProjectFailure } from './projectDeps.ts';
import { nobody, type Woken, wake } from './wake.ts';

const PAGE = 100;

/**
 * Renders again every member whose pass was made with an older catalog and holds a definition. Resumable: where it stopped is stored
 * with the catalog, and a definition that changes meanwhile starts it over. Stops where the time is up.
 */
export const sweep =
  (deps: ProjectDeps, isTimeUp: () => boolean = () => false): TaskEither<ProjectFailure, Woken> =>
  async () => {
    let total = nobody;
    for (;;) {
      const pointer = await deps.catalog.pointer()();
      if (E.isLeft(pointer)) return pointer;
      const { version, sweep: pending } = pointer.right;
      if (pending === null || isTimeUp()) return E.right(total);
      const catalog = await catalogAtLeast(deps, version);
      if (E.isLeft(catalog)) return catalog;

      const page = await deps.views.scan(pending.cursor, PAGE)();
      if (E.isLeft(page)) return page;
      const holders = page.right.lives.filter((live) => live.catalogVersion < version && holdsDefinitions(live));
      const cause: Cause = { lane: 'bulk', causationId: `catalog@${version}`, correlationId: `catalog ${version}` };
      const woken = await wake(
        deps,
        holders.map(({ memberId }) => memberId),
        cause,
      )();
      if (E.isLeft(woken)) return woken;
      total = { woken: total.woken + woken.right.woken, failed: [...total.failed, ...woken.right.failed] };

      const moved = await deps.catalog.sweepTo(version, page.right.cursor ?? 'done')();
      if (E.isLeft(moved)) return moved;
    }
  };
