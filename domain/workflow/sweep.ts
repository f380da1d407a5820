import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText } from '../errors.ts';
import { type Cause, holdsDefinitions, type Live } from '../pass/live.ts';
import type { Woken } from './clock.ts';
import { foldMember, type ProjectDeps, type ProjectFailure } from './project.ts';

const PAGE = 100;

/**
 * Renders again every member whose pass was made with an older catalog and holds a definition. Resumable: where it stopped is stored
 * with the catalog, and a definition that changes meanwhile starts it over.
 */
export const sweep =
  (deps: ProjectDeps): TaskEither<ProjectFailure, Woken> =>
  async () => {
    let woken = 0;
    const failed: { memberId: string; reason: string }[] = [];
    for (;;) {
      const pointer = await deps.catalog.pointer()();
      if (E.isLeft(pointer)) return pointer;
      const { version, sweep: pending } = pointer.right;
      if (pending === null) return E.right({ woken, failed });
      const cause: Cause = { lane: 'bulk', causationId: `catalog@${version}`, correlationId: `catalog ${version}` };

      const page = await deps.views.scan(pending.cursor, PAGE)();
      if (E.isLeft(page)) return page;
      for (const live of page.right.lives) {
        if (live.catalogVersion >= version || !holdsDefinitions(live)) continue;
        const folded = await renderWith(deps, version)(live.memberId, cause)();
        if (E.isRight(folded)) woken += 1;
        else if (folded.left.type === 'StoreUnavailable') return E.left(folded.left);
        else failed.push({ memberId: live.memberId, reason: failureText(folded.left) });
      }
      const moved = await deps.catalog.sweepTo(version, page.right.cursor ?? 'done')();
      if (E.isLeft(moved)) return moved;
    }
  };

/** A fold that starts from a catalog at least as new as the sweep's. */
const renderWith =
  (deps: ProjectDeps, version: number) =>
  (memberId: string, cause: Cause): TaskEither<ProjectFailure, Live> =>
  async () => {
    if (deps.cache.catalog.version < version) {
      const loaded = await deps.catalog.load()();
      if (E.isLeft(loaded)) return loaded;
      deps.cache.catalog = loaded.right.catalog;
    }
    return foldMember(deps)(memberId, 0, [], cause)();
  };
