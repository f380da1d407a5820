import { type Backoff, retryDelayMs, sleep } from './backoff.ts';
import type { BatchOutcome } from './functions.ts';
import type { StreamRecord } from './streamPort.ts';

export type DeliverDependencies = {
  readonly call: (records: readonly StreamRecord[]) => Promise<BatchOutcome>;
  /** Resolves once the record is safe in the dead-letter journal; false when the abort came first. */
  readonly bury: (record: StreamRecord, attempts: number, reason: string) => Promise<boolean>;
  readonly backoff: Backoff;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
};

export type DeliverLimits = { readonly maximumRetryAttempts: number; readonly maximumRecordAgeSeconds: number };

/**
 * Delivers a batch in order until every record is handled or buried; 'stopped' when the abort came while something failed: what goes
 * well is delivered to its end, since the page it belongs to is delivered again as a whole.
 * A throw halves the batch, without using up a retry; a named failure retries from the lowest failed record on.
 * Source: EventBridge guide, Pipes error handling; Lambda guide, "Bisect batch on function error". Unlike AWS, a record that is merely old is tried a few times:
 * a laptop may have slept for two days, and what it was connected to broke meanwhile.
 */
export const deliverBatch = async (
  dependencies: DeliverDependencies,
  limits: DeliverLimits,
  batch: readonly StreamRecord[],
): Promise<'done' | 'stopped'> => {
  const { call, bury, backoff, nowMs, signal } = dependencies;
  let rest = batch;
  let attempts = 0;
  for (let [first] = rest; first !== undefined; [first] = rest) {
    if (signal.aborted && attempts > 0) return 'stopped';
    const outcome = await call(rest);
    if (outcome.type === 'threw' && rest.length > 1) return deliverHalves(dependencies, limits, rest);
    if (outcome.type === 'handled' && outcome.failed.length === 0) return 'done';
    const lowest = outcome.type === 'handled' ? Math.min(...outcome.failed) : 0;
    attempts = lowest === 0 ? attempts + 1 : 1;
    rest = rest.slice(lowest);
    const failed = rest[0] ?? first;
    const isOld = nowMs() / 1_000 - failed.dynamodb.ApproximateCreationDateTime > limits.maximumRecordAgeSeconds;
    if (attempts > limits.maximumRetryAttempts || (isOld && attempts > RETRIES_OF_THE_OLD)) {
      if (!(await bury(failed, attempts, outcome.type === 'threw' ? outcome.reason : 'named in the batch response')))
        return 'stopped';
      rest = rest.slice(1);
      attempts = 0;
    } else {
      await sleep(retryDelayMs(backoff, attempts), signal);
    }
  }
  return 'done';
};

/** With their pauses half a minute or more: what a waking machine needs to find its connections again. */
const RETRIES_OF_THE_OLD = 10;

const deliverHalves = async (
  dependencies: DeliverDependencies,
  limits: DeliverLimits,
  batch: readonly StreamRecord[],
): Promise<'done' | 'stopped'> => {
  const middle = Math.ceil(batch.length / 2);
  const first = await deliverBatch(dependencies, limits, batch.slice(0, middle));
  return first === 'stopped' ? 'stopped' : deliverBatch(dependencies, limits, batch.slice(middle));
};
