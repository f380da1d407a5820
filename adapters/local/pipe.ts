import * as E from 'fp-ts/lib/Either.js';
import { bell } from '../bell.ts';
import { type CompiledPattern, compilePattern } from '../eventbridge/pattern.ts';
import type { PipeDeclaration } from '../topology.ts';
import { type Backoff, retryDelayMs, sleep, untilItWorks } from './backoff.ts';
import { deliverBatch } from './deliverBatch.ts';
import type { Log } from './functions.ts';
import type { Journal } from './journal.ts';
import type { PartMeter } from './meter.ts';
import { callTarget, type PipeTargetDependencies } from './pipeTarget.ts';
import type { StreamRecord } from './streamPort.ts';
import type { StreamPage, StreamReader } from './streamReader.ts';

/** As the Pipes API names them. STARTING: the stream has not been read yet. STOPPING: a batch is still in flight. */
export type LocalPipeState = 'RUNNING' | 'STOPPED' | 'STARTING' | 'STOPPING';

/** Times are performance.now(), 0 for never. */
export type PipeStatus = {
  readonly state: LocalPipeState;
  /** Why the stream cannot be read at the moment; null: it can. */
  readonly reason: string | null;
  /** The last look at the stream found nothing, and no batch is in flight. */
  readonly settled: boolean;
  /** Paused, with records in the stream that it will deliver. */
  readonly waiting: boolean;
  readonly lastEmptyPollStartedAt: number;
  readonly lastBatchEndedAt: number;
  readonly retrying: boolean;
};

export type DeadRecord = {
  readonly pipe: string;
  readonly eventID: string;
  readonly sequenceNumber: string;
  readonly keys: unknown;
  readonly attempts: number;
  readonly reason: string;
  readonly diedAt: string;
};

export type PipeDependencies = PipeTargetDependencies & {
  readonly openReader: () => Promise<StreamReader>;
  readonly deadLetters: Pick<Journal, 'append'>;
  readonly log: Log;
  readonly backoff: Backoff;
  readonly nowMs: () => number;
  readonly meter: PartMeter;
  /** Called with each page of the stream, once it is done with: also with what the filter dropped. */
  readonly onRead: (records: readonly StreamRecord[]) => void;
};

export type Pipe = {
  readonly start: () => void;
  /** Resolves once nothing is delivered any more. The stream is still looked at, so that it is known whether something waits. */
  readonly pause: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly wake: () => void;
  readonly status: () => PipeStatus;
};

/** One pipe of the topology: its stream, filtered and in batches, to its target. The checkpoint is written after the batches it covers. */
export const pipeRunner = (dependencies: PipeDependencies, name: string, declaration: PipeDeclaration): Pipe => {
  const { openReader, deadLetters, log, backoff, nowMs, meter, onRead } = dependencies;
  const { source, filters } = declaration;
  const isWanted = anyOf(filters);
  const target = callTarget(dependencies, declaration);
  const doorbell = bell();
  let stopping = new AbortController();
  let running: Promise<void> | null = null;
  let state: LocalPipeState = 'STOPPED';
  let isOver = false;
  let reason: string | null = null;
  let settled = false;
  let waiting = false;
  /** Of a page left half done by a stop: the records that need no second delivery. */
  const delivered = new Set<string>();
  let retrying = false;
  let rungAt = Number.NEGATIVE_INFINITY;
  /** The place behind the last page. What lies before it is delivered, so nobody waits for it but whoever opens the stream anew. */
  let saved: Promise<void> = Promise.resolve();
  let unsaved: { readonly error: unknown } | null = null;
  let lastEmptyPollStartedAt = 0;
  let lastBatchEndedAt = 0;

  /** Page after page until told to stop. What fails is tried again, from the checkpoint. */
  const read = async (
    signal: AbortSignal,
    next: (reader: StreamReader, signal: AbortSignal) => Promise<StreamPage>,
    handlePage: (page: StreamPage, signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    let reader: StreamReader | null = null;
    let pauseMs = shortestPauseMs;
    let lastAskedAt = 0;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (unsaved !== null) throw unsaved.error;
        reader ??= await openReader();
        const page = await next(reader, signal);
        const isExpected = rungAt >= lastAskedAt;
        lastAskedAt = page.askedAt;
        if (state === 'STARTING') state = 'RUNNING';
        if (page.quiet) {
          settled = true;
          lastEmptyPollStartedAt = page.askedAt;
          pauseMs = Math.min(longestPauseMs, pauseMs * 1.3);
          await rest(page, pauseMs, signal);
        } else {
          settled = false;
          // Of what this process writes it is told: somebody else writes, too, and is looked after more closely for a while.
          if (!isExpected) pauseMs = shortestPauseMs;
          await handlePage(page, signal);
          if (isExpected && page.records.length < manyRecords) await rest(page, restMs, signal);
        }
        failures = 0;
        reason = null;
      } catch (error) {
        settled = false;
        failures += 1;
        reader = null;
        unsaved = null;
        reason = String(error);
        log({ type: 'PipeReadFailed', pipe: name, reason });
        await sleep(retryDelayMs(backoff, failures), signal);
      }
    }
    await saved;
    settled = false;
    waiting = false;
  };

  /** Until somebody rings. Who rang before the stream was asked has been heard. */
  const rest = async ({ askedAt }: StreamPage, atMostMs: number, signal: AbortSignal): Promise<void> => {
    if (rungAt >= askedAt || signal.aborted || unsaved !== null) return;
    doorbell.hush();
    await doorbell.wait(atMostMs);
  };

  const save = (saving: Promise<void>): void => {
    saved = saving.catch((error: unknown) => {
      unsaved = { error };
      doorbell.ring();
    });
  };

  /** Of a paused pipe: passes over what the filter drops, and stands before the first record that it does not. */
  const watch = async (page: StreamPage, signal: AbortSignal): Promise<void> => {
    if (!page.records.some(isWanted)) return page.commit();
    page.abandon();
    waiting = true;
    tellWaiting(page.records.filter(isWanted), true);
    while (!signal.aborted) await doorbell.wait(Number.POSITIVE_INFINITY);
  };

  /** A page that does not fill a batch is read again once the batching window is over, with whatever came in meanwhile. */
  const gather = async (reader: StreamReader, signal: AbortSignal): Promise<StreamPage> => {
    const page = await reader.nextPage(pageLimit);
    const wanted = page.records.filter(isWanted).length;
    if (source.maximumBatchingWindowSeconds === 0 || wanted === 0 || wanted >= source.batchSize) return page;
    settled = false;
    page.abandon();
    await sleep(source.maximumBatchingWindowSeconds * 1_000, signal);
    return reader.nextPage(pageLimit);
  };

  const handle = async (page: StreamPage, signal: AbortSignal): Promise<void> => {
    const wanted = page.records.filter((record) => isWanted(record) && !delivered.has(record.eventID));
    tellWaiting(wanted, page.records.length >= pageLimit);
    const lanes = lanesOf(wanted, source.parallelizationFactor);
    const results = await Promise.all(lanes.map((lane) => deliverLane(lane, signal)));
    if (results.includes('stopped')) page.abandon();
    else {
      save(page.commit());
      delivered.clear();
      onRead(page.records);
      tellWaiting([], false);
    }
    lastBatchEndedAt = performance.now();
  };

  const deliverLane = async (lane: readonly StreamRecord[], signal: AbortSignal): Promise<'done' | 'stopped'> => {
    for (const batch of batchesOf(lane, source.batchSize)) {
      if ((await deliverBatch({ call, bury, backoff, nowMs, signal }, source, batch)) === 'stopped') return 'stopped';
      for (const { eventID } of batch) delivered.add(eventID);
      meter.passed(batch.length);
    }
    return 'done';
  };

  const call = async (records: readonly StreamRecord[]) => {
    const outcome = await target(records);
    retrying = outcome.type === 'threw' || outcome.failed.length > 0;
    if (outcome.type === 'threw') meter.failed(records.length, outcome.reason);
    else if (retrying) meter.failed(outcome.failed.length, 'named in the batch response');
    if (outcome.type === 'threw')
      log({ type: 'PipeBatchFailed', pipe: name, records: records.length, reason: outcome.reason });
    return outcome;
  };

  const bury = (record: StreamRecord, attempts: number, reason: string): Promise<boolean> => {
    const { Keys: keys, SequenceNumber: sequenceNumber } = record.dynamodb;
    const dead: DeadRecord = {
      pipe: name,
      eventID: record.eventID,
      sequenceNumber,
      keys,
      attempts,
      reason,
      diedAt: new Date(nowMs()).toISOString(),
    };
    log({ type: 'PipeRecordDied', pipe: name, sequenceNumber, attempts });
    const onFailure = (error: unknown): void => log({ type: 'LocalTableFailed', pipe: name, reason: String(error) });
    return untilItWorks(
      { backoff, signal: stopping.signal, onFailure },
      async () => void (await deadLetters.append([JSON.stringify(dead)])),
    );
  };

  const tellWaiting = (records: readonly StreamRecord[], isMore: boolean): void =>
    meter.waits(records.length, oldestOf(records), isMore);

  /** Whatever ran before ends first. */
  const enter = (reading: (signal: AbortSignal) => Promise<void>): void => {
    const before = running;
    stopping = new AbortController();
    const { signal } = stopping;
    running = Promise.resolve(before).then(() => reading(signal));
  };

  const halt = async (): Promise<void> => {
    if (state !== 'STOPPED') state = 'STOPPING';
    stopping.abort();
    doorbell.ring();
    const stopped = running;
    await stopped;
    if (running !== stopped) return;
    running = null;
    state = 'STOPPED';
  };

  return {
    start: () => {
      if (state === 'STARTING' || state === 'RUNNING') return;
      stopping.abort();
      doorbell.ring();
      isOver = false;
      state = 'STARTING';
      enter((signal) => read(signal, gather, handle));
    },
    pause: async () => {
      await halt();
      if (!isOver && running === null) enter((signal) => read(signal, (reader) => reader.nextPage(pageLimit), watch));
    },
    stop: async () => {
      isOver = true;
      await halt();
    },
    wake: () => {
      rungAt = performance.now();
      doorbell.ring();
    },
    status: () => ({ state, reason, settled, waiting, lastEmptyPollStartedAt, lastBatchEndedAt, retrying }),
  };
};

// GetRecords returns at most 1,000 records (DynamoDB Streams API reference).
const pageLimit = 1_000;
const shortestPauseMs = 20;
const longestPauseMs = 1_000;
/** After what this process was told of: a second look at once finds nothing, mostly, and the next write is told of, too. */
const restMs = 100;
/** So many may be a part of what is there. */
const manyRecords = 100;

const oldestOf = (records: readonly StreamRecord[]): number | null =>
  records.length === 0
    ? null
    : records.reduce(
        (oldest, { dynamodb }) => Math.min(oldest, dynamodb.ApproximateCreationDateTime * 1_000),
        Number.POSITIVE_INFINITY,
      );

const anyOf = (filters: PipeDeclaration['filters']): CompiledPattern => {
  const patterns = filters.map((filter) => {
    const result = compilePattern(filter, 'pipe');
    if (E.isLeft(result))
      throw new Error(`pipe filter at ${result.left.path}: ${result.left.operator} ${result.left.message}`);
    return result.right;
  });
  return (record) => patterns.length === 0 || patterns.some((matches) => matches(record));
};

/** The records of one item share a lane, in order; lanes run side by side, as Lambda's parallelization factor has it. */
const lanesOf = (records: readonly StreamRecord[], factor: number): readonly (readonly StreamRecord[])[] =>
  Object.values(Object.groupBy(records, ({ dynamodb }) => laneOf(JSON.stringify(dynamodb.Keys), factor))).filter(
    (lane) => lane !== undefined,
  );

const laneOf = (key: string, factor: number): number => {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) | 0;
  return Math.abs(hash) % factor;
};

// A synchronous Lambda request holds 6 MB (Lambda quotas).
const maximumPayloadBytes = 6_000_000;

const batchesOf = (records: readonly StreamRecord[], batchSize: number): readonly (readonly StreamRecord[])[] => {
  const batches: StreamRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const last = batches[batches.length - 1];
    bytes += record.dynamodb.SizeBytes;
    if (last !== undefined && last.length < batchSize && bytes <= maximumPayloadBytes) last.push(record);
    else {
      batches.push([record]);
      bytes = record.dynamodb.SizeBytes;
    }
  }
  return batches;
};
