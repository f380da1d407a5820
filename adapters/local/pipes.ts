import type { DeadLetterQueueName, PipeDeclaration, PipeName, StreamedTableName } from '../topology.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import { checkpoints } from './checkpoints.ts';
import type { Log } from './functions.ts';
import type { Journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import { type Meter, unmetered } from './meter.ts';
import { type PipeStatus, pipeRunner } from './pipe.ts';
import type { PipeTargetDependencies } from './pipeTarget.ts';
import { deadLettersIn } from './queues.ts';
import type { StreamPort, StreamRecord } from './streamPort.ts';
import { streamReader } from './streamReader.ts';

export type PipesDependencies = PipeTargetDependencies & {
  readonly pipes: Readonly<Record<PipeName, PipeDeclaration>>;
  readonly openStream: (table: StreamedTableName) => Promise<StreamPort>;
  readonly table: LocalTable;
  /** Where what is given up goes, by queue; each has one writer. Absent: journals of its own. */
  readonly deadLettersOf?: (name: DeadLetterQueueName) => Pick<Journal, 'append'>;
  readonly log: Log;
  readonly backoff?: Backoff;
  /** The time of day, for the age of records. */
  readonly nowMs?: () => number;
  readonly meter?: Meter;
  /** Called with each page of a stream that a pipe is done with. */
  readonly onRead?: (pipe: PipeName, records: readonly StreamRecord[]) => void;
};

/** Times are performance.now(). */
export type CaughtUp = {
  readonly settled: boolean;
  readonly lastEmptyPollStartedAt: number;
  readonly lastBatchEndedAt: number;
};

/** desired: what was last asked for; it outlives the process. */
export type LocalPipeStatus = PipeStatus & { readonly desired: 'RUNNING' | 'STOPPED' };

export type LocalPipes = {
  /** Starts every pipe but the paused ones. */
  readonly start: () => Promise<void>;
  /** Waits for the batches in flight; a batch that is being retried is left for the next start. */
  readonly stop: () => Promise<void>;
  /** Resolves once nothing is delivered any more; what waits is delivered after a resume. Several requests take effect in their order. */
  readonly pause: (pipe: PipeName) => Promise<void>;
  /** Resolves once it is asked for: the pipe is STARTING until its stream answers. */
  readonly resume: (pipe: PipeName) => Promise<void>;
  /** Has every pipe look at its stream at once, or those that read one table's. */
  readonly wake: (table?: StreamedTableName) => void;
  readonly status: () => Readonly<Record<PipeName, LocalPipeStatus>>;
  /**
   * Everything written before T is processed when `settled`, and `lastEmptyPollStartedAt` (the earliest of all pipes) is later than both T and
   * `lastBatchEndedAt` (the latest of all pipes): a batch of one pipe may write what another reads. A paused pipe is settled while nothing waits for it.
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
    meter = unmetered,
    onRead = () => undefined,
    deadLettersOf = deadLettersIn(table),
  } = dependencies;
  const places = checkpoints({ table });
  const wake: LocalPipes['wake'] = (written) => {
    for (const [name, runner] of runners)
      if (written === undefined || pipes[name].source.table === written) runner.wake();
  };
  const runners = new Map(
    Object.entries(pipes).map(([name, declaration]) => {
      const openReader = async () =>
        streamReader({ stream: await openStream(declaration.source.table), checkpoints: places, log }, name);
      const deadLetters = deadLettersOf(declaration.source.deadLetter);
      return [
        name as PipeName,
        pipeRunner(
          {
            ...{ functions, putEvents, openReader, deadLetters, log, backoff, nowMs },
            ...{ meter: meter.of(`pipes/${name}`), onRead: (records) => onRead(name as PipeName, records) },
          },
          name,
          declaration,
        ),
      ] as const;
    }),
  );

  const desired = new Map<PipeName, LocalPipeStatus['desired']>();
  let isOn = false;

  const inOrder = new Map<PipeName, Promise<unknown>>();
  const next = (pipe: PipeName, action: () => Promise<void>): Promise<void> => {
    const done = Promise.resolve(inOrder.get(pipe)).then(action);
    inOrder.set(
      pipe,
      done.catch(() => undefined),
    );
    return done;
  };

  const enter = async (pipe: PipeName, state: LocalPipeStatus['desired']): Promise<void> => {
    desired.set(pipe, state);
    if (!isOn) return;
    if (state === 'STOPPED') await runners.get(pipe)?.pause();
    else runners.get(pipe)?.start();
  };

  const start: LocalPipes['start'] = async () => {
    isOn = true;
    const load = async (pipe: PipeName): Promise<void> =>
      enter(pipe, (await places.load(desiredState(pipe))) === 'STOPPED' ? 'STOPPED' : 'RUNNING');
    await Promise.all([...runners.keys()].map((pipe) => next(pipe, () => load(pipe))));
  };

  const stop: LocalPipes['stop'] = async () => {
    isOn = false;
    await Promise.all([...runners.values()].map((runner) => runner.stop()));
  };

  const ask = (pipe: PipeName, state: LocalPipeStatus['desired']): Promise<void> =>
    next(pipe, async () => {
      await places.save(desiredState(pipe), state);
      await enter(pipe, state);
    });
  const pause: LocalPipes['pause'] = (pipe) => ask(pipe, 'STOPPED');
  const resume: LocalPipes['resume'] = (pipe) => ask(pipe, 'RUNNING');

  const status = () =>
    Object.fromEntries(
      [...runners].map(([name, runner]) => [name, { desired: desired.get(name) ?? 'RUNNING', ...runner.status() }]),
    ) as Record<PipeName, LocalPipeStatus>;

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
