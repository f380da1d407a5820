import type { PipeDeclaration, PipeName, StreamedTableName } from '../topology.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import { checkpoints } from './checkpoints.ts';
import type { Log } from './functions.ts';
import { journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import { type PipeStatus, pipeRunner } from './pipe.ts';
import type { PipeTargetDependencies } from './pipeTarget.ts';
import type { StreamPort } from './streamPort.ts';
import { streamReader } from './streamReader.ts';

export type PipesDependencies = PipeTargetDependencies & {
  readonly pipes: Readonly<Record<PipeName, PipeDeclaration>>;
  readonly openStream: (table: StreamedTableName) => Promise<StreamPort>;
  readonly table: LocalTable;
  readonly log: Log;
  readonly backoff?: Backoff;
  /** The time of day, for the age of records. */
  readonly nowMs?: () => number;
};

/** Times are performance.now(). */
export type CaughtUp = {
  readonly settled: boolean;
  readonly lastEmptyPollStartedAt: number;
  readonly lastBatchEndedAt: number;
};

export type LocalPipes = {
  /** Starts every pipe but the paused ones; a pause outlives the process. */
  readonly start: () => Promise<void>;
  /** Waits for the batches in flight; a batch that is being retried is left for the next start. */
  readonly stop: () => Promise<void>;
  readonly pause: (pipe: PipeName) => Promise<void>;
  readonly resume: (pipe: PipeName) => Promise<void>;
  /** Has every pipe look at its stream at once. */
  readonly wake: () => void;
  readonly status: () => Readonly<Record<PipeName, PipeStatus>>;
  /**
   * Everything written before T is processed when `settled`, and `lastEmptyPollStartedAt` (the earliest of all pipes) is later than both T and
   * `lastBatchEndedAt` (the latest of all pipes): a batch of one pipe may write what another reads. A paused pipe is never settled.
   */
  readonly caughtUp: () => CaughtUp;
};

/** The pipes of the topology, each on its own, reading the real streams of the tables. */
export const localPipes = (dependencies: PipesDependencies): LocalPipes => {
  const {
    pipes,
    openStream,
    table,
    log,
    functions,
    putEvents,
    backoff = defaultBackoff,
    nowMs = Date.now,
  } = dependencies;
  const places = checkpoints({ table });
  const wake = (): void => {
    for (const runner of runners.values()) runner.wake();
  };
  const runners = new Map(
    Object.entries(pipes).map(([name, declaration]) => {
      const openReader = async () =>
        streamReader({ stream: await openStream(declaration.source.table), checkpoints: places, log }, name);
      const deadLetters = journal({ table }, `queue#${declaration.source.deadLetter}`);
      return [
        name as PipeName,
        pipeRunner(
          { functions, putEvents, openReader, deadLetters, log, backoff, nowMs, onBatch: wake },
          name,
          declaration,
        ),
      ] as const;
    }),
  );

  const start: LocalPipes['start'] = async () => {
    for (const [name, runner] of runners) if ((await places.load(desiredState(name))) !== 'STOPPED') runner.start();
  };

  const stop: LocalPipes['stop'] = async () => {
    await Promise.all([...runners.values()].map((runner) => runner.stop()));
  };

  const pause: LocalPipes['pause'] = async (pipe) => {
    await places.save(desiredState(pipe), 'STOPPED');
    await runners.get(pipe)?.stop();
  };

  const resume: LocalPipes['resume'] = async (pipe) => {
    await places.save(desiredState(pipe), 'RUNNING');
    runners.get(pipe)?.start();
  };

  const status = () =>
    Object.fromEntries([...runners].map(([name, runner]) => [name, runner.status()])) as Record<PipeName, PipeStatus>;

  const caughtUp: LocalPipes['caughtUp'] = () => {
    const all = Object.values(status());
    return {
      settled: all.every(({ settled }) => settled),
      lastEmptyPollStartedAt: Math.min(...all.map(({ lastEmptyPollStartedAt }) => lastEmptyPollStartedAt)),
      lastBatchEndedAt: Math.max(...all.map(({ lastBatchEndedAt }) => lastBatchEndedAt)),
    };
  };

  return { start, stop, pause, resume, wake, status, caughtUp };
};

const desiredState = (pipe: PipeName): string => `pipe-state#${pipe}`;
