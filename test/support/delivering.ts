import * as E from 'fp-ts/lib/Either.js';
import type { AcceptedEvent, Lane } from '#adapters/delivery/acceptedEvent.ts';
import type { Delivery } from '#adapters/delivery/delivery.ts';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import type { Answer, Destination, Limits, Result, Work } from '#adapters/delivery/destination.ts';
import { type EngineDeps, engineOf } from '#adapters/delivery/engine.ts';
import type { EngineLine } from '#adapters/delivery/outbound.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { eventOf } from './deliverySimulation.ts';

export const LIMITS: Limits = {
  ...{ perSecond: 50, burst: 10, concurrent: 5, concurrentBulk: 3 },
  ...{ tryTimeoutMs: 2_000, deadlineMs: 10_000, tries: 3 },
};

export type Request = { readonly work: Work; readonly signal: AbortSignal; readonly at: number };

/** A destination of one step, its partner a function; `requests` are those that it got. */
export const oneStep = (
  partner: (request: Request) => Promise<Answer<null>> | Answer<null>,
  some: Partial<Destination> = {},
): { readonly destination: Destination; readonly requests: Request[] } => {
  const requests: Request[] = [];
  const deliver: Destination['deliver'] = async (work, run) => {
    const answer = await run({ name: 'put', of: 'device-1', bytes: 12 }, async (signal) => {
      const request = { work, signal, at: Date.now() };
      requests.push(request);
      return partner(request);
    });
    return { verdict: verdictFor(answer), progress: { seen: answer.type } };
  };
  const destination: Destination = {
    ...{
      name: 'partner',
      credential: 'shared',
      limits: LIMITS,
      wants: () => true,
      deliver,
      close: async () => undefined,
    },
    ...some,
  };
  return { destination, requests };
};

const verdictFor = (answer: Answer<null>): Result['verdict'] => {
  if (answer.type === 'Ok') return { type: 'Delivered' };
  if (answer.type === 'Refused') return { type: 'Dead', reason: answer.reason };
  return { type: 'Later', reason: answer.reason, isFailure: true };
};

export const OK: Answer<null> = { type: 'Ok', status: 200, value: null };

/** An engine over a store in memory, in whatever time it is. */
export const delivering = (destinations: readonly Destination[], some: Partial<EngineDeps> = {}) => {
  const clock = (): number => Date.now();
  const lines: EngineLine[] = [];
  const metrics: string[] = [];
  const memory = memoryDeliveryStore({ clock, route: () => destinations.map(({ name }) => name) });
  const engine = engineOf({
    ...{ store: memory, destinations, budget: memoryBudget({ clock }), clock, random: () => 0.5 },
    ...{ tell: (line) => void lines.push(line), onMetric: (name) => void metrics.push(name), dryRun: () => false },
    ...some,
  });
  const accept = async (memberId: string, revision = 1, lane: Lane = 'live'): Promise<AcceptedEvent> => {
    const event = eventOf(memberId, revision, lane);
    await memory.accept([event]);
    return event;
  };
  return {
    engine,
    store: memory,
    lines,
    metrics,
    accept,
    deliveryOf: (memberId: string) => deliveryOf(memory, memberId),
  };
};

const deliveryOf = async (store: DeliveryStore, memberId: string): Promise<Delivery | undefined> => {
  const found = await store.ofMember(memberId)();
  return E.isRight(found) ? found.right[0] : undefined;
};
