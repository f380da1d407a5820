import * as E from 'fp-ts/lib/Either.js';
import { impersonalFault } from '../impersonalFault.ts';
import { nextDeliveryAt } from './backoff.ts';
import { type Claim, revisionOf, type Settlement, type Verdict } from './delivery.ts';
import type { DeliveryStore } from './deliveryStore.ts';
import type { Destination, Limits, Result } from './destination.ts';
import type { OnMetric } from './outbound.ts';
import { type Steps, type StepsDeps, stepsOf, tracedOf } from './steps.ts';
import { verdictOf } from './verdict.ts';

export type DeliverClaimDeps = StepsDeps & {
  readonly destination: Destination;
  readonly store: Pick<DeliveryStore, 'settle'>;
  readonly random: () => number;
  readonly onMetric: OnMetric;
};

/** All steps of a delivery have so long together: three to their end, or many that go well. */
export const deliveryMs = ({ deadlineMs }: Pick<Limits, 'deadlineMs'>): number =>
  Math.min(3 * deadlineMs, Math.max(deadlineMs, 600_000));
/** What is left of a lease when the delivery has to be over: to come to a result, and to settle. */
const SETTLING_MS = 20_000;
/** A destination whose steps were cut short has so long to say how far it came. */
const GRACE_MS = 500;
export const leaseMs = (limits: Pick<Limits, 'deadlineMs'>): number => deliveryMs(limits) + SETTLING_MS;

/** until: performance.now(), when the lease is over by the time that goes by, whatever the clock is set to. */
export type Held = { readonly claim: Claim; readonly until: number };

/** Delivers what is claimed, and settles it. Null: it could not be settled, so somebody takes it when the lease is over. Never rejects. */
export const deliverClaim =
  (deps: DeliverClaimDeps) =>
  async (held: Held, stopping: AbortSignal): Promise<Verdict | null> => {
    const { clock, destination, tell, onMetric } = deps;
    const { content, delivery } = held.claim;
    const [now, startedAt] = [clock(), performance.now()];
    const endsAt = held.until - SETTLING_MS;
    const over = overAt(endsAt - startedAt, stopping);
    const work = { content, lane: delivery.lane, done: delivery.done, progress: delivery.progress, now };
    const isOver = (): boolean => clock() >= held.claim.until - SETTLING_MS;
    const steps = stepsOf(deps, work, { signal: over.signal, endsAt, isOver });
    const result = await Promise.race([attempted(deps, work, steps), over.abandoned]);
    over.clear();

    const settlement = settlementOf(deps, held.claim, steps, result, stopping.aborted);
    const settled = await settle(deps, held, settlement);
    const { verdict } = settlement;
    if (settled === null) return null;
    const traced = { ...tracedOf(work), destination: destination.name, lane: delivery.lane };
    if (settled === 'Lost') {
      tell({ type: 'ClaimLost', destination: destination.name, lane: delivery.lane });
      return null;
    }
    const isFailure = verdict.type === 'Dead' || (verdict.type === 'Later' && verdict.isFailure);
    if (verdict.type === 'Delivered') onMetric('Delivered', destination.name);
    if (verdict.type === 'Later' && verdict.isFailure) onMetric('DeliveryFailed', destination.name);
    if (verdict.type === 'Dead') onMetric('DeliveryDead', destination.name);
    tell({
      ...traced,
      type: 'Settled',
      verdict: verdict.type,
      reason: 'reason' in verdict ? verdict.reason : null,
      failures: isFailure ? delivery.failures + 1 : 0,
      steps: settlement.steps.length,
      durationMs: Math.round(performance.now() - startedAt),
      waitedMs: delivery.since === null ? null : Math.max(0, now - delivery.since),
    });
    return verdict;
  };

type Work = Parameters<Destination['deliver']>[0];

const attempted = async ({ destination, tell }: DeliverClaimDeps, work: Work, { run }: Steps): Promise<Result> => {
  try {
    return await destination.deliver(work, run);
  } catch (error) {
    const { fault, at } = impersonalFault(error);
    tell({ type: 'DestinationThrew', destination: destination.name, fault, at: at.slice(0, 5) });
    return { verdict: { type: 'Later', reason: `threw ${fault}`, isFailure: true }, progress: work.progress };
  }
};

const settlementOf = (
  { clock, random }: DeliverClaimDeps,
  { content, delivery }: Claim,
  steps: Steps,
  result: Result | null,
  isStopping: boolean,
): Settlement => {
  const given: Result = result ?? {
    verdict: { type: 'Later', reason: 'took too long', isFailure: true },
    progress: delivery.progress,
  };
  const taken = [...steps.outcomes(), ...(given.skipped ?? [])];
  // A look whether something arrived, of what was sent before: nothing waits since then.
  const all = taken.length === 0 && delivery.since === null ? delivery.steps : taken;
  const revision = revisionOf(content);
  // Nothing was sent, so nothing is remembered as sent.
  if (steps.isDry()) return { verdict: { type: 'Delivered' }, revision, steps: all, progress: delivery.progress };
  // What failed without a step is the destination's own.
  const heard = steps.outcomes().length === 0 ? { ...steps.heard(), isTried: true } : steps.heard();
  const now = clock();
  const verdict = verdictOf({ delivery, result: given, heard, isGivenBack: isStopping, now, random });
  return { verdict, decidedAt: now, revision, steps: all, progress: given.progress };
};

/** As long as the claim lasts. An answer that was lost is absorbed. */
const settle = async (
  { store, random, tell, destination }: DeliverClaimDeps,
  { claim, until }: Held,
  settlement: Settlement,
): Promise<'Settled' | 'Lost' | null> => {
  for (let before = 0; ; before += 1) {
    const settled = await store.settle(claim, settlement)();
    if (E.isRight(settled)) return settled.right;
    tell({ type: 'StoreFailed', operation: 'settle', destination: destination.name, reason: settled.left.reason });
    const againMs = Math.min(2_000, nextDeliveryAt(0, { before, retryAfterMs: null, random }));
    if (performance.now() + againMs >= until) return null;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
};

const OVER = new Error('the delivery is over');

/** Aborts when the time is over or the process stops; `abandoned` a moment later. */
const overAt = (ms: number, stopping: AbortSignal) => {
  const controller = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const abandoned = new Promise<null>((resolve) => {
    controller.signal.addEventListener('abort', () => {
      grace = setTimeout(() => resolve(null), GRACE_MS);
    });
  });
  // With a reason none is made for each delivery.
  const abort = (): void => controller.abort(OVER);
  const timer = setTimeout(abort, ms);
  stopping.addEventListener('abort', abort);
  if (stopping.aborted) abort();
  const clear = (): void => {
    clearTimeout(timer);
    // A step that a destination left behind ends here.
    abort();
    clearTimeout(grace);
    stopping.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, abandoned, clear };
};
