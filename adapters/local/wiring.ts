import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock, IngestReport } from '#domain/index.ts';
import { announcerHandler, type BusEntry } from '../lambda/announcer.ts';
import { clockHandler } from '../lambda/clock.ts';
import { ingestHandler, type QueueMessage } from '../lambda/ingest.ts';
import { projectorHandler } from '../lambda/projector.ts';
import type { StreamRecord } from '../lambda/streamBatch.ts';
import { walletEventHandler } from '../lambda/walletEvent.ts';
import type { Services } from '../services.ts';
import { physicalName, topology } from '../topology.ts';
import { type LocalBuses, localBuses } from './bus.ts';
import { clockLoop } from './clockLoop.ts';
import type { LocalFunctions, Log } from './functions.ts';
import { journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import { localPipes } from './pipes.ts';
import { localQueue } from './queue.ts';
import type { Activity, RuntimeStatus } from './status.ts';
import { openStream } from './streamPort.ts';

export type WiringDeps = {
  readonly services: Services;
  readonly table: LocalTable;
  readonly prefix: string;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Activity;
};

export type Wiring = {
  readonly buses: LocalBuses;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly status: () => Promise<Pick<RuntimeStatus, 'queues' | 'pipes' | 'sweepPending' | 'deadLetters'>>;
  /** Nothing acknowledged so far is still on its way to LIVE or the wallet bus. lastLoadEndedAt: performance.now(). */
  readonly isIdle: (lastLoadEndedAt: number) => Promise<boolean>;
};

/** The topology, interpreted: its functions are the handlers that Lambda runs, its buses, queues and pipes run here. */
export const wire = ({ services, table, prefix, dynamodb, streams, clock, log, counts }: WiringDeps): Wiring => {
  const onFailure = (where: string, reason: string): void => log({ type: 'ProjectionFailed', where, reason });
  const onIngested = (report: IngestReport): void =>
    counts.add({
      recordsRead: report.outcomes.length,
      recordsChanged: report.recordsChanged,
      eventsAppended: report.eventsAppended,
    });
  const countDeadLetters = deadLetterCounter(table);
  const time = clockLoop(clockHandler({ ...services.project, onFailure }));
  const ingest = ingestHandler({ ...services.ingest, quarantine: services.quarantine, onIngested });
  const projector = projectorHandler({ ...services.project, ...services, onCatalogChanged: time.ring, onFailure });
  const announcer = announcerHandler({ ...services, putEvents: (entries) => announce(buses, entries), onFailure });
  const walletEvent = walletEventHandler(services);
  const functions: LocalFunctions = {
    ingest: (records) => ingest({ Records: records as QueueMessage[] }),
    projector: (records) => projector(records as StreamRecord[]),
    announcer: (records) => announcer(records as StreamRecord[]),
    walletEvent: (records) => walletEvent(records as StreamRecord[]),
    clock: async () => time.ring(),
  };

  const { queue: queueName, ...source } = topology.queueSources.ingest;
  const declared = topology.queues[queueName];
  const queue = localQueue(
    { table, handle: functions[source.function], deadLetters: journal({ table }, `queue#${declared.deadLetter}`), log },
    { name: queueName, maxReceiveCount: declared.maxReceiveCount, ...source },
  );
  const buses = localBuses({
    table,
    topology,
    queues: { ingest: queue },
    functions,
    subscribers: [],
    clock: () => new Date(clock()),
    newId: randomUUID,
    log,
  });
  const pipes = localPipes({
    pipes: topology.pipes,
    functions,
    putEvents: buses.putEvents,
    openStream: (name) => openStream({ dynamodb, streams }, physicalName(prefix, name)),
    table,
    log,
  });

  return {
    buses,
    start: async () => {
      await queue.start();
      await buses.start();
      await pipes.start();
      time.start();
    },
    stop: async () => {
      await buses.stop();
      await queue.stop();
      await time.stop();
      await pipes.stop();
    },
    status: async () => ({
      queues: { [queueName]: queue.caughtUp(), ...buses.backlog() },
      pipes: pipes.status(),
      sweepPending: time.isRinging(),
      deadLetters: await countDeadLetters(),
    }),
    // In the order in which work moves on: what has left one stage is seen in the next.
    isIdle: async (lastLoadEndedAt) => {
      if (!(await buses.caughtUp()) || !queue.caughtUp().settled) return false;
      const piped = pipes.caughtUp();
      if (time.isRinging()) return false;
      const lastWriteAt = Math.max(
        lastLoadEndedAt,
        queue.caughtUp().lastBatchEndedAt,
        piped.lastBatchEndedAt,
        time.lastWorkEndedAt(),
      );
      return piped.settled && piped.lastEmptyPollStartedAt > lastWriteAt;
    },
  };
};

/** A dead-letter queue holds few messages or something is very wrong: past this many, the number says "more". */
const MAX_COUNTED = 1_000;

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
