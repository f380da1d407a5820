import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { tooManyLosses } from '../errors.ts';
import { lastVersion, type StreamName } from '../event/stream.ts';
import { evolveDefinitions } from '../projection/catalog.ts';
import type { Definitions } from '../projection/projection.ts';
import { commitsAfter } from './commits.ts';
import { MAX_ATTEMPTS, type ProjectDeps, type ProjectFailure } from './projectDeps.ts';

/** Brings the catalog up to the pokes of definition streams; a change marks a sweep of the holders as pending, in the same write. */
export const foldDefinitions =
  (deps: ProjectDeps) =>
  (
    pokes: readonly { readonly id: string; readonly stream: StreamName; readonly version: number }[],
  ): TaskEither<ProjectFailure, void> =>
  async () => {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const loaded = await deps.catalog.load()();
      if (E.isLeft(loaded)) return loaded;
      const { catalog, asOf } = loaded.right;
      const { version: catalogVersion, ...stored } = catalog;
      let defined: Definitions = stored;
      const versions: Record<string, number> = { ...asOf };
      for (const { id, stream, version } of pokes) {
        const from = versions[id] ?? 0;
        if (version <= from) continue;
        const news = await commitsAfter(deps, stream, from, version, []);
        if (E.isLeft(news)) return news;
        for (const commit of news.right) {
          defined = commit.events.reduce(evolveDefinitions, defined);
          versions[id] = lastVersion(commit);
        }
      }
      const isNews = Object.keys(versions).some((id) => versions[id] !== asOf[id]);
      if (!isNews) return E.right(undefined);
      const next = { catalog: { version: catalogVersion + 1, ...defined }, asOf: versions };
      const replaced = await deps.catalog.replace(next)();
      if (E.isRight(replaced)) {
        if (next.catalog.version > deps.cache.catalog.version) deps.cache.catalog = next.catalog;
        return E.right(undefined);
      }
      if (replaced.left.type !== 'ViewLostRace') return E.left(replaced.left);
    }
    return E.left(tooManyLosses('fold of the catalog'));
  };
