import { bell } from '../bell.ts';
import { type Backoff, defaultBackoff, retryDelayMs, untilItWorks } from './backoff.ts';
import { callWithBatch, type LocalFunction, type Log } from './functions.ts';
import { type Journal, journal } from './journal.ts';
import type { LocalTable } from './localTable.ts';
import { type PartMeter, unmetered } from './meter.ts';
import { isDue, type Message, toSqsRecord, withinPayload } from './queueMessage.ts';

/** Same name, same messages: a queue continues where the process before left it. */
export type QueueSettings = {
  readonly name: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumConcurrency: number;
  readonly maxReceiveCount: number;
};

export type QueueDependencies = {
  readonly table: LocalTable;
  readonly handle: LocalFunction;
  readonly deadLetters: Pick<Journal, 'append'>;
  readonly log: Log;
  readonly backoff?: Backoff;
  readonly meter?: PartMeter;
};

export type LocalQueue = {
  /** Durable before it resolves. */
  readonly send: (bodies: readonly string[]) => Promise<void>;
  readonly start: () => Promise<void>;
  /** Waits for the batches in flight; what is left stays for the next start. */
  readonly stop: () => Promise<void>;
  readonly caughtUp: () => QueueStatus;
  readonly waiting: () => Waiting;
  /** Messages that are stored and not done with; before the first look at the store: of those, what came since. */
  readonly backlog: () => number;
};

/** What is in hand, then what waits, oldest first. isMore: there is more than was read ahead. seenAt: performance.now(). */
export type Waiting = {
  readonly messages: readonly (Pick<Message, 'receives' | 'seenAt'> & { readonly text: string })[];
  readonly isMore: boolean;
};

/** settled: no message left, not even one that waits for its next try. Times are performance.now(). */
export type QueueStatus = {
  readonly settled: boolean;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** All there are: those that are not read into memory yet too. */
  readonly backlog: number;
  readonly lastBatchEndedAt: number;
};

export type DeadMessage = {
  readonly queue: string;
  readonly body: string;
  readonly receives: number;
  readonly reason: string;
  readonly diedAt: string;
};

/** SQS with a Lambda source, in one process: batches, partial batch responses, retries with backoff, a dead-letter journal. Failures count as receives. */
export const localQueue = (
  { table, handle, deadLetters, log, backoff = defaultBackoff, meter = unmetered.of('queues/') }: QueueDependencies,
  settings: QueueSettings,
): LocalQueue => {
  const messages = journal({ table }, `queue#${settings.name}`);
  const triesPartition = `tries#${settings.name}`;
  const doorbell = bell();
  const inFlight = new Map<Promise<void>, readonly Message[]>();
  /** Of what is done, and would be done again after a kill: nobody waits for it but a stop. */
  const forgetting = new Set<Promise<unknown>>();
  const tries = new Map<bigint, number>();
  let stopping = new AbortController();
  let running: Promise<void> | null = null;
  let waiting: readonly Message[] = [];
  let cursor = 0n;
  let head = 0n;
  let unread = true;
  let sent = 0;
  let lastBatchEndedAt = 0;

  const send: LocalQueue['send'] = async (bodies) => {
    if (bodies.length === 0) return;
    const last = (await messages.append(bodies)).at(-1) ?? 0n;
    if (last > head) head = last;
    sent += bodies.length;
    meter.arrived(bodies.length);
    unread = true;
    doorbell.ring();
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (!(await keepTrying(fill))) break;
      const batch = inFlight.size < settings.maximumConcurrency ? takeBatch() : [];
      if (batch.length === 0) {
        await doorbell.wait(untilNextMs());
        continue;
      }
      const job = processBatch(batch).finally(() => {
        inFlight.delete(job);
        lastBatchEndedAt = performance.now();
        doorbell.ring();
      });
      inFlight.set(job, batch);
    }
    await Promise.all(inFlight.keys());
    await Promise.all(forgetting);
  };

  const fill = async (): Promise<void> => {
    if (!unread || waiting.filter(isDue).length >= prefetch) return;
    const before = sent;
    const entries = await messages.read(cursor, prefetch);
    const known = await messages.head();
    // Said only now, and only if nothing came in meanwhile: whoever asks during the reads must not take the queue for empty.
    unread = entries.length === prefetch || sent !== before;
    cursor = entries[entries.length - 1]?.sequence ?? cursor;
    if (known > head) head = known;
    waiting = [
      ...waiting,
      ...entries.map(
        (entry): Message => ({
          entry,
          receives: tries.get(entry.sequence) ?? 0,
          notBefore: 0,
          seenAt: performance.now(),
          alone: false,
        }),
      ),
    ];
  };

  const takeBatch = (): readonly Message[] => {
    const due = waiting.filter(isDue);
    const lonely = due.find(({ alone }) => alone);
    const batch = lonely === undefined ? withinPayload(due.slice(0, settings.batchSize)) : [lonely];
    const oldest = batch[0];
    const windowOpen =
      oldest !== undefined &&
      lonely === undefined &&
      batch.length < settings.batchSize &&
      performance.now() - oldest.seenAt < windowMs;
    if (windowOpen) return [];
    waiting = waiting.filter((message) => !batch.includes(message));
    return batch;
  };

  const processBatch = async (batch: readonly Message[]): Promise<void> => {
    const identifiers = batch.map(({ entry }) => `${settings.name}-${entry.sequence}`);
    const outcome = await callWithBatch(
      handle,
      batch.map((message, index) => toSqsRecord(settings.name, identifiers[index] ?? '', message)),
      identifiers,
    );
    const reason = outcome.type === 'threw' ? outcome.reason : 'named in the batch response';
    if (outcome.type === 'threw')
      log({ type: 'QueueBatchFailed', queue: settings.name, messages: batch.length, reason });
    const failed = batch.filter((_, index) => outcome.type === 'threw' || outcome.failed.includes(index));
    if (failed.length > 0) meter.failed(failed.length, reason);
    const done = batch.filter((message) => !failed.includes(message));
    const forgotten = keepTrying(() => forget(done)).finally(() => forgetting.delete(forgotten));
    forgetting.add(forgotten);
    meter.passed(batch.length - failed.length);
    await Promise.all(failed.map((message) => failOne(message, reason, outcome.type === 'threw')));
  };

  const failOne = async (message: Message, reason: string, threw: boolean): Promise<void> => {
    const receives = message.receives + 1;
    if (receives >= settings.maxReceiveCount) {
      const dead: DeadMessage = {
        queue: settings.name,
        body: message.entry.text,
        receives,
        reason,
        diedAt: new Date().toISOString(),
      };
      await keepTrying(async () => {
        await deadLetters.append([JSON.stringify(dead)]);
        await forget([{ ...message, receives }]);
      });
      return;
    }
    await keepTrying(() =>
      table.write([
        { type: 'put', p: triesPartition, v: message.entry.sequence, item: { receives: { N: String(receives) } } },
      ]),
    );
    // Whoever was in a batch that threw comes back alone, so that the one at fault stops only itself.
    waiting = [
      ...waiting,
      {
        ...message,
        receives,
        notBefore: performance.now() + retryDelayMs(backoff, receives),
        alone: threw || message.alone,
      },
    ];
  };

  const forget = async (done: readonly Message[]): Promise<void> => {
    const tried = done.filter(({ receives }) => receives > 0);
    await Promise.all([
      messages.removeEach(done.map(({ entry }) => entry)),
      table.writeLater(tried.map(({ entry }) => ({ type: 'delete', p: triesPartition, v: entry.sequence }))),
    ]);
  };

  const keepTrying = (action: () => Promise<void>): Promise<boolean> =>
    untilItWorks(
      {
        backoff,
        signal: stopping.signal,
        onFailure: (error) => log({ type: 'LocalTableFailed', queue: settings.name, reason: String(error) }),
      },
      action,
    );

  const untilNextMs = (): number => {
    const now = performance.now();
    const isFull = inFlight.size >= settings.maximumConcurrency;
    const waitsMs = waiting.map(({ notBefore, seenAt }) =>
      notBefore > now ? notBefore - now : seenAt + windowMs - now,
    );
    // What has come due since it was looked at is looked at again; where all hands are full, whoever is done rings.
    return Math.max(1, Math.min(...waitsMs.filter((ms) => ms > 0 || !isFull), 60_000));
  };

  const start = async (): Promise<void> => {
    if (running !== null) return;
    stopping = new AbortController();
    waiting = [];
    cursor = 0n;
    unread = true;
    tries.clear();
    for (
      let page = await table.page(triesPartition, -1n, 1_000);
      page.length > 0;
      page = await table.page(triesPartition, BigInt(page[page.length - 1]?.v?.N ?? 0), 1_000)
    ) {
      for (const item of page) tries.set(BigInt(item.v?.N ?? 0), Number(item.receives?.N ?? 0));
    }
    running = run();
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    doorbell.ring();
    await running;
    running = null;
  };

  const caughtUp = (): QueueStatus => {
    const ready = waiting.filter(({ receives }) => receives === 0).length;
    const busy = [...inFlight.values()].reduce((sum, batch) => sum + batch.length, 0);
    return {
      settled: !unread && waiting.length === 0 && busy === 0 && forgetting.size === 0,
      ready,
      inFlight: busy,
      delayed: waiting.length - ready,
      backlog: backlog(),
      lastBatchEndedAt,
    };
  };

  const waitingNow = (): Waiting => ({
    messages: [...[...inFlight.values()].flat(), ...waiting].map(({ entry, receives, seenAt }) => ({
      ...{ receives, seenAt },
      text: entry.text,
    })),
    isMore: unread,
  });

  const backlog = (): number => {
    const busy = [...inFlight.values()].reduce((sum, batch) => sum + batch.length, 0);
    // Numbers have hardly any holes; where nothing was read yet, those of long ago are none.
    const unseen = unread && cursor > 0n ? Number(head - cursor) : 0;
    return unseen + waiting.length + busy;
  };

  const windowMs = settings.maximumBatchingWindowSeconds * 1_000;
  return { send, start, stop, caughtUp, waiting: waitingNow, backlog };
};

/** How far the queue reads ahead of its workers. */
const prefetch = 200;
