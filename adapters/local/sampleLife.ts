import type { SampleProgress } from '../http/answers/status.ts';
import type { IngestHandlerDeps } from '../lambda/ingest.ts';
import type { SampleOptions } from '../sample/org.ts';
import { trickle } from '../sample/trickle.ts';
import type { LoadFileDeps } from '../source/loadFile.ts';
import { sleep } from './backoff.ts';
import type { LocalBuses } from './bus.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Log } from './functions.ts';
import { loadSample, type SamplePlace, samplePlace } from './sampleLoad.ts';
import type { Activity } from './status.ts';

export type SampleLifeDeps = LoadFileDeps &
  Pick<IngestHandlerDeps, 'stale' | 'runs'> & {
    readonly dataDir: string;
    /** null: no sample. */
    readonly options: SampleOptions | null;
    readonly checkpoints: Checkpoints;
    readonly putEvents: LocalBuses['putEvents'];
    readonly isEmpty: () => Promise<boolean>;
    readonly counts: Activity;
    readonly log: Log;
  };

/** A change a moment: enough to watch, little enough to read. */
const CHANGE_EVERY_MS = 900;

/** The sample org: its year, loaded into an empty store, and then its life, as change events through the source bus. */
export const sampleLife = (deps: SampleLifeDeps) => {
  const stopping = new AbortController();
  let progress: SampleProgress = { type: 'none' };
  let running: Promise<void> = Promise.resolve();
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();

  const run = async (options: SampleOptions): Promise<void> => {
    const place =
      (await samplePlace(deps.checkpoints)) ?? ((await deps.isEmpty()) ? { ...options, stepsDone: 0 } : null);
    if (place === null) {
      progress = { type: 'none' };
      return settle();
    }
    await loadSample({
      ...deps,
      onLoaded: deps.counts.rowsLoaded,
      onIngested: deps.counts.ingested,
      isStopping: () => stopping.signal.aborted,
      onStep: (step, steps) => {
        progress = step === steps ? { type: 'loaded' } : { type: 'loading', step, steps };
      },
    })(place);
    settle();
    await live(place);
  };

  const live = async ({ seed, members, until }: SamplePlace): Promise<void> => {
    // Another life at every start: the ids of the one before are taken.
    const next = trickle({ seed: deps.clock() % 1_000_003, org: { seed, members, until } });
    while (!stopping.signal.aborted) {
      const entries = next(deps.clock());
      if (entries.length > 0)
        await deps.putEvents(
          'source',
          entries.map((entry) => ({ ...entry, Time: new Date(entry.Time * 1000) })),
        )();
      await sleep(CHANGE_EVERY_MS, stopping.signal);
    }
  };

  return {
    start: (): void => {
      if (deps.options === null) {
        settle();
        return;
      }
      progress = { type: 'loading', step: 0, steps: 1 };
      running = run(deps.options).catch((error: unknown) => {
        progress = { type: 'none' };
        settle();
        deps.log({ type: 'SampleFailed', reason: error instanceof Error ? error.message : 'unknown' });
      });
    },
    stop: (): Promise<void> => {
      stopping.abort();
      settle();
      return running;
    },
    progress: (): SampleProgress => progress,
    /** The year is there, or there is none. */
    settled,
  };
};
