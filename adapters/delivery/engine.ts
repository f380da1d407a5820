import * as E from 'fp-ts/lib/Either.js';
import type { AcceptedEvent, Lane } from './acceptedEvent.ts';
import type { DeliverClaimDeps } from './deliverClaim.ts';
import type { DeliveryKey } from './delivery.ts';
import type { DeliveryStore, Waiting } from './deliveryStore.ts';
import type { Destination, Limits } from './destination.ts';
import { type Guard, type GuardDeps, type GuardedAnswer, type GuardView, guardOf } from './guard.ts';
import { type Hands, handsOf } from './hands.ts';
import { type Queue, queueOf } from './queue.ts';

export type EngineDeps = Pick<DeliverClaimDeps, 'onMetric'> &
  Pick<GuardDeps, 'budget' | 'clock' | 'random' | 'tell'> & {
    readonly store: Pick<DeliveryStore, 'due' | 'claim' | 'settle' | 'ahead' | 'bringForward' | 'waiting'>;
    readonly destinations: readonly Destination[];
    /** Everything is made ready, no request is made, and it counts as delivered; a redrive of the whole sends it. */
    readonly dryRun: (destination: string) => boolean;
  };

export type Engine = {
  readonly start: () => void;
  /** Of what this process took in: delivered at once, without asking the store what is due. */
  readonly accepted: (events: readonly AcceptedEvent[]) => void;
  /** Something may be due: a nudge for now, a redrive. */
  readonly ring: (destination?: string) => void;
  /**
   * Takes up nothing more, lets what is in hand come to its end, and gives back the rest in time, so that another process takes it at once. Resolves when
   * nothing is in hand, or when the time is over. Destinations are closed by whoever opened them.
   */
  readonly drain: (how: { readonly withinMs: number }) => Promise<void>;
  readonly state: () => Promise<readonly DestinationView[]>;
};

/** Of one destination, for operations. Guard and hands are of its credential. */
export type DestinationView = GuardView & {
  readonly name: string;
  readonly credential: string;
  readonly isDryRun: boolean;
  /** Deliveries under way in this process. */
  readonly inHand: Readonly<Record<Lane, number>>;
  readonly lastError: GuardedAnswer | null;
  /** null: the store does not tell. */
  readonly waiting: Waiting | null;
};

/** Cut short so long before the end: for destinations to say how far they came, and for claims to be given back. */
const GIVING_BACK_MS = 3_000;

/**
 * Takes deliveries from the store to their destinations. Several processes may do so side by side. What a process has in memory is what it has in hand and a
 * few hundred names, whatever waits.
 */
export const engineOf = (deps: EngineDeps): Engine => {
  const { store, destinations } = deps;
  const partners = new Map<string, Partner>();
  for (const [credential, limits] of sharedLimits(destinations))
    partners.set(credential, partnerOf(deps, credential, limits));
  const lines = destinations.map((destination): Line => {
    const partner = partners.get(destination.credential);
    if (partner === undefined) throw new Error(`no partner for ${destination.name}`);
    const isDryRun = deps.dryRun(destination.name);
    return { ...partner, destination, isDryRun, queue: queueOf({ ...deps, ...partner, destination, isDryRun }) };
  });
  const queues = lines.map(({ queue }) => queue);

  return {
    start: () => queues.forEach(({ start }) => void start()),
    accepted: (events) => {
      for (const event of events)
        for (const { destination, queue } of lines)
          if (destination.wants(event)) queue.add(keyOf(event, destination.name), event.lane);
    },
    ring: (name) => {
      for (const { destination, queue } of lines) if (name === undefined || destination.name === name) queue.ring();
    },
    drain: async ({ withinMs }) => {
      const endsAt = performance.now() + withinMs;
      const idle = Promise.all(queues.map(({ halt, idle }) => halt().then(idle)));
      if (await within(idle, Math.max(0, withinMs - Math.min(GIVING_BACK_MS, withinMs / 2)))) return;
      for (const { cut } of queues) cut();
      await within(idle, endsAt - performance.now());
    },
    state: () => Promise.all(lines.map((line) => viewOf(store, line))),
  };
};

type Partner = { readonly guard: Guard; readonly hands: Hands };
type Line = Partner & { readonly destination: Destination; readonly isDryRun: boolean; readonly queue: Queue };

const partnerOf = (deps: EngineDeps, credential: string, limits: Limits): Partner => {
  const guard = guardOf({ ...deps, credential, limits });
  return { guard, hands: handsOf(limits, guard) };
};

const viewOf = async (
  store: EngineDeps['store'],
  { destination: { name, credential }, isDryRun, guard, queue }: Line,
): Promise<DestinationView> => {
  const waiting = await store.waiting(name)();
  const view = guard.view();
  return {
    ...{ ...view, name, credential, isDryRun, inHand: queue.inHand() },
    lastError: view.lastAnswers.find(({ type }) => type !== 'Ok') ?? null,
    waiting: E.isRight(waiting) ? waiting.right : null,
  };
};

/** Where destinations of one credential say different things, the strictest. */
export const sharedLimits = (destinations: readonly Destination[]): ReadonlyMap<string, Limits> => {
  const shared = new Map<string, Limits>();
  for (const { credential, limits } of destinations) {
    const known = shared.get(credential) ?? limits;
    const least = (field: keyof Limits): number => Math.min(known[field], limits[field]);
    shared.set(credential, {
      ...limits,
      ...{ perSecond: least('perSecond'), burst: least('burst'), deadlineMs: least('deadlineMs') },
      ...{ concurrent: least('concurrent'), concurrentBulk: least('concurrentBulk') },
    });
  }
  return shared;
};

const keyOf = ({ pass, source, id }: AcceptedEvent, destination: string): DeliveryKey => ({
  subject: pass === null ? { type: 'event', source, id } : { type: 'member', memberId: pass.memberId },
  destination,
});

const within = async (done: Promise<unknown>, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isDone = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
};
