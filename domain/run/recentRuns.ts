import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import type { RunStore } from './ports.ts';
import type { Run } from './run.ts';

/** How far back a flow's runs are looked at: one that more than so many others followed is history. */
const RECENT_RUNS = 5;

/** The latest runs of some flows, with all that is known of them. */
export const recentRuns = async (
  runs: Pick<RunStore, 'list' | 'load'>,
  flows: readonly string[],
): Promise<E.Either<ReadFailure, readonly Run[]>> => {
  const found: Run[] = [];
  for (const flow of new Set(flows)) {
    const page = await runs.list(flow, { cursor: null, limit: RECENT_RUNS })();
    if (E.isLeft(page)) return page;
    for (const loaded of await Promise.all(page.right.runs.map(({ ref }) => runs.load(ref)()))) {
      if (E.isLeft(loaded)) return loaded;
      found.push(loaded.right);
    }
  }
  return E.right(found);
};
