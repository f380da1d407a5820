import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock, EpochMs } from '#domain/index.ts';
import { type IngestHandlerDeps, ingestHandler, type QueueMessage } from '../lambda/ingest.ts';
import { type SampleOptions, type SampleStep, sampleOrg } from '../sample/org.ts';
import type { PutEventsEntry } from '../sample/wire.ts';
import { type LoadFileDeps, type LoadReport, loadFile } from '../source/loadFile.ts';
import { toEnvelope } from './busEntry.ts';
import type { Checkpoints } from './checkpoints.ts';

export type SampleLoadDeps = LoadFileDeps &
  IngestHandlerDeps & {
    readonly dataDir: string;
    readonly checkpoints: Checkpoints;
    readonly isStopping: () => boolean;
    readonly onStep: (step: number, steps: number) => void;
    readonly onLoaded: (report: LoadReport) => void;
  };

/** What the store remembers of its sample org: enough to make the same one again and go on. */
export type SamplePlace = SampleOptions & { readonly stepsDone: number };

const CHECKPOINT = 'sample';

export const samplePlace = async (checkpoints: Checkpoints): Promise<SamplePlace | null> => {
  const stored = await checkpoints.load(CHECKPOINT);
  return stored === null ? null : (JSON.parse(stored) as SamplePlace);
};

/**
 * Loads the sample org's year through the very readers and workflows that real input takes, the clock set to each step's time,
 * so that there is a year of recorded time to travel in. Killed, it goes on after the last file it had loaded.
 */
export const loadSample =
  (deps: SampleLoadDeps) =>
  async (place: SamplePlace): Promise<void> => {
    const steps = sampleOrg(place);
    for (let at = place.stepsDone; at < steps.length && !deps.isStopping(); ) {
      deps.onStep(at, steps.length);
      const together = stepsTogether(steps, at);
      await Promise.all(together.map((step, index) => loadStep(deps, step, at + index)));
      at += together.length;
      await deps.checkpoints.save(CHECKPOINT, JSON.stringify({ ...place, stepsDone: at } satisfies SamplePlace));
    }
    if (!deps.isStopping()) deps.onStep(steps.length, steps.length);
  };

/** Change events between two files go side by side: their order makes no difference. */
const stepsTogether = (steps: readonly SampleStep[], from: number): readonly SampleStep[] => {
  const first = steps[from];
  if (first === undefined || first.type === 'file') return steps.slice(from, from + 1);
  const next = steps.findIndex((step, index) => index > from && step.type === 'file');
  return steps.slice(from, next === -1 ? undefined : next);
};

const loadStep = async (deps: SampleLoadDeps, step: SampleStep, index: number): Promise<void> => {
  const clock: Clock = () => step.at;
  if (step.type === 'events') {
    const Records = step.entries.map((entry, position) => messageOf(entry, `sample-${index}-${position}`, step.at));
    for (let attempt = 1; ; attempt++) {
      const { batchItemFailures } = await ingestHandler({ ...deps, clock })({ Records });
      if (batchItemFailures.length === 0) return;
      await deps.pause(attempt);
    }
  }
  const name = [step.object, step.executionId, step.fileName].join('/');
  const path = join(deps.dataDir, 'done', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, step.lines);
  await utimes(path, step.at / 1000, step.at / 1000);
  const extraction = { at: step.at, known: true };
  deps.onLoaded(await loadFile({ ...deps, clock })({ path, name, object: step.object, extraction }));
};

const messageOf = (entry: PutEventsEntry, eventId: string, at: EpochMs): QueueMessage => {
  const envelope = toEnvelope({ ...entry, Time: new Date(entry.Time * 1000) }, eventId, new Date(at));
  if (E.isLeft(envelope)) throw new Error(`the sample made an event that no bus takes: ${envelope.left.message}`);
  return { messageId: eventId, body: envelope.right.envelope };
};
