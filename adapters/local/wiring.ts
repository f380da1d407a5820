import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, declaredLoads, type RowIds, type RunRef } from '#domain/index.ts';
import type { DeadLetters } from '../deadLetters/deadLetters.ts';
import type { BusEntry } from '../eventbridge/requests.ts';
import type { RuntimeStatus } from '../http/answers/status.ts';
import { impersonalFault } from '../impersonalFault.ts';
import { announcerHandler } from '../lambda/announcer.ts';
import { clockHandler } from '../lambda/clock.ts';
import { ingestHandler, type QueueMessage } from '../lambda/ingest.ts';
import { projectorHandler } from '../lambda/projector.ts';
import type { StreamRecord } from '../lambda/streamBatch.ts';
import { walletEventHandler } from '../lambda/walletEvent.ts';
import type { Services } from '../services.ts';
import {
  type DeadLetterQueueName,
  type PipeName,
  physicalName,
  type StreamedTableName,
  topology,
} from '../topology.ts';
import { type LocalBuses, localBuses } from './bus.ts';
import { type ClockLoop, clockLoop } from './clockLoop.ts';
import { countRead } from './countRead.ts';
import { localDeadLetters } from './deadLetters.ts';
import type { FlowDeps } from './flow.ts';
import type { FlowDetailDeps } from './flowDetail.ts';
import type { LocalFunctions, Log } from './functions.ts';
import { type Journal, type JournalEntry, journal, removeWhere } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import type { Meter } from './meter.ts';
import { meteredFunctions, meteredRound } from './meteredFunctions.ts';
import type { LocalMiddleware } from './middleware.ts';
import { type LocalPipes, localPipes } from './pipes.ts';
import { callTarget } from './pipeTarget.ts';
import { localPublications } from './publications.ts';
import type { DeadMessage } from './queue.ts';
import { deadLettersIn, type LocalQueues, localQueues } from './queues.ts';
import { localReReads } from './reReads.ts';
import type { BehindDeps } from './roomBehind.ts';
import { sharedStreams } from './sharedStream.ts';
import type { Activity } from './status.ts';
import { openStream } from './streamPort.ts';
import type { TableWritten } from './tellOfWrites.ts';

export type WiringDeps = {
  readonly services: Services;
  readonly table: LocalTable;
  readonly prefix: string;
  readonly dynamodb: DynamoDBClient;
  /** Tells of each table that the client writes to. */
  readonly onWrite: (listener: TableWritten) => void;
  readonly streams: DynamoDBStreamsClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Activity;
  readonly meter: Meter;
  readonly rowIds: RowIds;
  /** Something was heard of a run. */
  readonly onRunHeard: (ref: RunRef) => void;
  readonly relay: LocalMiddleware['relay'];
  /** Told of how much each of these pipes brought to its function. */
  readonly onHandled: (pipe: 'poke' | 'publish', records: number) => void;
};

export type Wiring = {
  readonly buses: LocalBuses;
  readonly pipes: Pick<LocalPipes, 'pause' | 'resume' | 'status'>;
  readonly deadLetters: DeadLetters;
  readonly flow: Pick<FlowDeps, 'queues' | 'pipes' | 'deadLetters'> & Pick<FlowDetailDeps, 'lettersOf'>;
  /** Takes out of dead letters what names somebody who is forgotten. How many. */
  readonly forgetLetters: (isAbout: (letter: string) => boolean) => Promise<number>;
  /** A run may be complete now: what follows from full loads is looked at at once. */
  readonly heardOfRun: (ref: RunRef) => void;
  /** Entries that were taken and are not understood yet. */
  readonly entriesWaiting: () => number;
  readonly working: (pipe: PipeName) => ReturnType<BehindDeps['working']>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly status: () => Promise<Pick<RuntimeStatus, 'queues' | 'pipes' | 'paused' | 'sweepPending' | 'deadLetters'>>;
  /** Nothing acknowledged so far is still on its way to LIVE or the wallet bus. lastWorkEndedAt: of files and commits, performance.now(). */
  readonly isIdle: (lastWorkEndedAt: number) => Promise<boolean>;
};

/** The topology, interpreted: its functions are the handlers that Lambda runs, its buses, queues and pipes run here. */
export const wire = ({
  services,
  table,
  prefix,
  dynamodb,
  onWrite,
  streams,
  clock,
  log,
  counts,
  meter,
  ...others
}: WiringDeps): Wiring => {
  const onFailure = (where: string, reason: string): void => log({ type: 'ProjectionFailed', where, reason });
  const countDeadLetters = deadLetterCounter(table);
  const { mapping } = services.ingest;
  const { runs, stale } = services;
  const time: ClockLoop = clockLoop(
    meteredRound(
      meter.of('functions/clock'),
      clockHandler({
        ...services.project,
        startedAt: counts.startedAt.getTime(),
        reRead: { stale, runs, reReads: localReReads({ log }), clock, mapping },
        absence: {
          ...{ ingest: services.ingest, records: services.records, runs, absences: services.absences },
          ...{ rowIds: others.rowIds, cache: { current: null }, pagesPerRound: PAGES_PER_ROUND },
        },
        onFailure: (where, reason) => log({ type: 'ClockFailed', where, reason }),
        onUnfinished: () => time.ring(),
      }),
    ),
    (error) => log({ type: 'ClockFailed', where: 'round', ...impersonalFault(error) }),
  );
  const flowsOfLoads = new Set(declaredLoads(mapping).flatMap(({ flows }) => flows));
  const heardOfRun = (ref: RunRef): void => {
    others.onRunHeard(ref);
    if (flowsOfLoads.has(ref.flow)) time.ring();
  };
  const ingest = ingestHandler({
    ...services.ingest,
    ...{ quarantine: services.quarantine, stale, runs: ringing(runs, heardOfRun), onIngested: counts.ingested },
  });
  const projector = projectorHandler({ ...services.project, ...services, onCatalogChanged: time.ring, onFailure });
  const announcer = announcerHandler({ ...services, putEvents: (entries) => announce(buses, entries), onFailure });
  const walletEvent = walletEventHandler(services);
  const deadLettersOf = deadLettersIn(table);
  const counted = meteredFunctions(meter, ['ingest'], {
    ingest: (records) => ingest({ Records: records as QueueMessage[] }),
    projector: async (records) => {
      const answer = await projector(records as StreamRecord[]);
      others.onHandled('poke', records.length);
      return answer;
    },
    announcer: (records) => announcer(records as StreamRecord[]),
    walletEvent: (records) => {
      others.onHandled('publish', records.length);
      return walletEvent(records as StreamRecord[]);
    },
    relay: others.relay(async (body, reason) => {
      const letter: DeadMessage = { queue: 'relay', body, receives: 1, reason, diedAt: new Date().toISOString() };
      await deadLettersOf('relayDead').append([JSON.stringify(letter)]);
      return null;
    }),
  });
  const functions: LocalFunctions = { ...counted, clock: async () => time.ring() };

  const queues = localQueues({ table, functions, deadLettersOf, log, meter });
  const readers = Object.values(queues);
  const buses = localBuses({
    table,
    topology,
    queues,
    functions,
    subscribers: [],
    clock: () => new Date(clock()),
    newId: randomUUID,
    log,
    meter,
  });
  const streamed = ['events', 'views'] as const satisfies readonly StreamedTableName[];
  onWrite((written) => {
    const table = streamed.find((name) => physicalName(prefix, name) === written);
    if (table !== undefined) pipes.wake(table);
  });
  const pipes = localPipes({
    pipes: topology.pipes,
    functions,
    deadLettersOf,
    putEvents: buses.putEvents,
    openStream: sharedStreams((name) => openStream({ dynamodb, streams }, physicalName(prefix, name))),
    table,
    log,
    meter,
    onRead: countRead(meter),
  });

  return {
    buses,
    pipes,
    deadLetters: localDeadLetters({
      ...{ lettersOf: deadLettersOf, views: services.views, dynamodb, prefix },
      publications: localPublications({ buses }),
      send: async (name, bodies) => {
        const queue = queues[name];
        if (queue === undefined) throw new Error(`the queue ${name} has no reader here`);
        await queue.send(bodies);
      },
      deliver: (pipe, records) => callTarget({ functions, putEvents: buses.putEvents }, topology.pipes[pipe])(records),
    }),
    flow: {
      queues: () => Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.waiting()])),
      pipes: pipes.status,
      deadLetters: countDeadLetters,
      lettersOf: (name) => lastLetters(journal({ table }, `queue#${name}`)),
    },
    heardOfRun,
    forgetLetters: async (isAbout) => {
      const names = Object.entries(topology.queues).flatMap(([name, { type }]) =>
        type === 'deadLetter' ? [name as DeadLetterQueueName] : [],
      );
      const removed = await Promise.all(names.map((name) => removeWhere(deadLettersOf(name), isAbout)));
      return removed.reduce((sum, count) => sum + count, 0);
    },
    entriesWaiting: () => queues.ingest?.backlog() ?? 0,
    working: (pipe) => {
      const { desired, settled } = pipes.status()[pipe];
      if (desired === 'STOPPED') return 'held';
      return settled ? 'idle' : 'busy';
    },
    start: async () => {
      await Promise.all(readers.map((queue) => queue.start()));
      await buses.start();
      await pipes.start();
      time.start();
    },
    stop: async () => {
      await buses.stop();
      await Promise.all(readers.map((queue) => queue.stop()));
      await time.stop();
      await pipes.stop();
    },
    status: async () => ({
      queues: { ...statusOf(queues), ...buses.backlog() },
      pipes: pipes.status(),
      paused: pausedOf(pipes.status()),
      sweepPending: time.isRinging(),
      deadLetters: await countDeadLetters(),
    }),
    // In the order in which work moves on: what has left one stage is seen in the next.
    isIdle: async (lastWorkEndedAt) => {
      const ingested = queues.ingest?.caughtUp();
      if (!buses.caughtUp() || ingested?.settled !== true) return false;
      const piped = pipes.caughtUp();
      if (time.isRinging()) return false;
      const lastWriteAt = Math.max(
        lastWorkEndedAt,
        ingested.lastBatchEndedAt,
        piped.lastBatchEndedAt,
        time.lastWorkEndedAt(),
      );
      if (piped.settled && piped.lastEmptyPollStartedAt > lastWriteAt) return true;
      // Whoever asks wants to know: a pipe that rests looks at its stream now.
      pipes.wake();
      return false;
    },
  };
};

const statusOf = (queues: LocalQueues): RuntimeStatus['queues'] =>
  Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.caughtUp()]));

const pausedOf = (pipes: RuntimeStatus['pipes']): RuntimeStatus['paused'] =>
  Object.entries(pipes)
    .filter(([, { desired }]) => desired === 'STOPPED')
    .map(([pipe, { waiting }]) => ({ pipe, waiting }));

/** Some ten thousand records are compared between two looks at the clock. */
const PAGES_PER_ROUND = 20;

const ringing = (runs: Services['runs'], heard: (ref: RunRef) => void): Services['runs'] => ({
  ...runs,
  record: (ref, fact) => TE.map(() => heard(ref))(runs.record(ref, fact)),
});

/** A dead-letter queue holds few messages or something is very wrong: past this many, the number says "more". */
const MAX_COUNTED = 1_000;

/** Each holds the whole of what was given up. Large ones take several numbers, so of those fewer are shown. */
const lastLetters = async (letters: Journal): Promise<readonly JournalEntry[]> => {
  const head = await letters.head();
  return letters.read(head > MAX_SHOWN ? head - MAX_SHOWN : 0n, Number(MAX_SHOWN));
};
const MAX_SHOWN = 100n;

const deadLetterCounter = (table: LocalTable): (() => Promise<Readonly<Record<string, number>>>) => {
  const journals = Object.entries(topology.queues)
    .filter(([, { type }]) => type === 'deadLetter')
    .map(([name]) => [name, journal({ table }, `queue#${name}`)] as const);
  return async () => {
    const counts = journals.map(
      async ([name, letters]) => [name, (await letters.read(0n, MAX_COUNTED)).length] as const,
    );
    return Object.fromEntries(await Promise.all(counts));
  };
};

const announce = async (buses: LocalBuses, entries: readonly BusEntry[]): Promise<readonly BusEntry[]> => {
  const put = await buses.putEvents(
    'domain',
    entries.map(({ source, detailType, detail }) => ({ Source: source, DetailType: detailType, Detail: detail })),
  )();
  if (E.isLeft(put)) return entries;
  return entries.filter((_, index) => put.right[index]?.type !== 'accepted');
};
