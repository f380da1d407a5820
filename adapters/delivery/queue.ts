import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText } from '#domain/index.ts';
import { bell } from '../bell.ts';
import type { Lane } from './acceptedEvent.ts';
import { type DeliverClaimDeps, deliverClaim, type Held, leaseMs } from './deliverClaim.ts';
import type { DeliveryKey, Verdict } from './delivery.ts';
import type { DeliveryStore } from './deliveryStore.ts';
import type { Guard } from './guard.ts';
import type { Hands } from './hands.ts';
import { type Hints, hintsOf, nameOf } from './hints.ts';
import { menderOf } from './mend.ts';

export type QueueDeps = DeliverClaimDeps & {
  readonly store: Pick<DeliveryStore, 'due' | 'claim' | 'settle' | 'ahead' | 'bringForward'>;
  readonly guard: Pick<Guard, 'run' | 'closedForMs'>;
  readonly hands: Hands;
};

/** The deliveries of one destination, taken up one after the other, live first. */
export type Queue = {
  readonly start: () => void;
  /** Taken in by this process. */
  readonly add: (key: DeliveryKey, lane: Lane) => void;
  /** Something may be due. */
  readonly ring: () => void;
  /** Takes up nothing more. */
  readonly halt: () => Promise<void>;
  /** Cuts short what is in hand, which is given back. */
  readonly cut: () => void;
  /** Resolves when nothing is in hand. */
  readonly idle: () => Promise<void>;
  readonly inHand: () => Readonly<Record<Lane, number>>;
};

/** What cannot be read is not tried again and again. */
const UNREADABLE_MS = 60_000;
/** Where the store takes no claim nothing is claimed for a while, doubled as long as that lasts: whoever is throttled is not helped by being asked. */
const HOLD = { firstMs: 100, longestMs: 5_000 };
const LONGEST_WAIT_MS = 60_000;

export const queueOf = (deps: QueueDeps): Queue => {
  const { store, destination, guard, hands, clock, random, tell } = deps;
  const { name } = destination;
  const hintsFor = (lane: Lane): Hints => hintsOf({ store, destination: name, lane, random, tell });
  const hints = { live: hintsFor('live'), bulk: hintsFor('bulk') };
  const doorbell = bell();
  const stopping = new AbortController();
  /** Whether something newer came in here meanwhile. */
  const inHand = new Map<string, { readonly lane: Lane; isAgain: Lane | null; ended: Promise<void> }>();
  const deliver = deliverClaim(deps);
  let isHalted = false;
  let heldMs = 0;
  /** performance.now() */
  let heldUntil = 0;
  let running: Promise<void> = Promise.resolve();
  hands.onRelease(doorbell.ring);
  const ring = (): void => {
    hints.live.ring();
    hints.bulk.ring();
    doorbell.ring();
  };
  const mender = menderOf({
    ...{ store, destination: name, leaseMs: leaseMs(destination.limits), clock, tell, onMended: ring },
  });

  const run = async (): Promise<void> => {
    while (!isHalted) {
      void mender.look();
      for (const lane of ['live', 'bulk'] as const) await takeUp(lane);
      await doorbell.wait(
        Math.max(1, Math.min(LONGEST_WAIT_MS, Math.ceil(Math.min(nextLook(), mender.nextAt()) - performance.now()))),
      );
    }
  };

  const takeUp = async (lane: Lane): Promise<void> => {
    while (!isHalted && performance.now() >= heldUntil && hands.free(lane) > 0) {
      const key = await hints[lane].next();
      // Free still: others of the credential took hands while the store was asked.
      if (key === null || isHalted || hands.free(lane) === 0) return void (key !== null && hints[lane].add(key));
      if (inHand.has(nameOf(key))) continue;
      takeInHand(key, lane);
    }
  };

  const takeInHand = (key: DeliveryKey, lane: Lane): void => {
    hands.take(lane);
    hints[lane].pass(key);
    const hand = { lane, isAgain: null, ended: Promise.resolve() };
    inHand.set(nameOf(key), hand);
    hand.ended = handle(key, lane).finally(() => {
      inHand.delete(nameOf(key));
      const { isAgain } = hand as { readonly isAgain: Lane | null };
      if (isAgain === null) hints[lane].pass(key);
      else hints[isAgain].add(key);
      hands.release(lane);
    });
  };

  const handle = async (key: DeliveryKey, lane: Lane): Promise<void> => {
    const forMs = leaseMs(destination.limits);
    const until = performance.now() + forMs;
    const claimed = await store.claim(key, forMs)();
    if (E.isLeft(claimed)) {
      tell({ type: 'StoreFailed', operation: 'claim', destination: name, reason: failureText(claimed.left) });
      if (claimed.left.type === 'StoreCorrupt') hints[lane].pass(key, UNREADABLE_MS);
      else hold(lane);
      return;
    }
    heldMs = 0;
    if (O.isNone(claimed.right)) return;
    const held = { claim: claimed.right.value, until };
    comesAgain(await deliver(held, stopping.signal), held);
  };

  /** Those that fail together count once. */
  const hold = (lane: Lane): void => {
    hints[lane].expect(1_000);
    if (performance.now() < heldUntil) return;
    heldMs = Math.min(HOLD.longestMs, Math.max(HOLD.firstMs, 2 * heldMs));
    heldUntil = performance.now() + heldMs;
  };

  const comesAgain = (verdict: Verdict | null, { claim: { delivery }, until }: Held): void => {
    if (verdict === null) hints[delivery.lane].expect(until - performance.now());
    else if (verdict.type === 'Later') hints[delivery.lane].expect(verdict.at - clock());
    else if (verdict.type === 'Confirm') hints.bulk.expect(verdict.at - clock());
  };

  /** performance.now(). Without a free hand it waits until one is released. */
  const nextLook = (): number => {
    const closedMs = guard.closedForMs();
    if (closedMs !== null) return performance.now() + closedMs;
    const asked = (['live', 'bulk'] as const)
      .filter((lane) => hands.free(lane) > 0)
      .map((lane) => hints[lane].askedAt());
    return Math.max(heldUntil, Math.min(Number.POSITIVE_INFINITY, ...asked));
  };

  return {
    start: () => {
      running = run();
    },
    add: (key, lane) => {
      const hand = inHand.get(nameOf(key));
      if (hand !== undefined) hand.isAgain = lane;
      else {
        hints[lane].add(key);
        doorbell.ring();
      }
    },
    ring,
    halt: async () => {
      isHalted = true;
      doorbell.ring();
      await running;
    },
    cut: () => stopping.abort(),
    idle: async () => {
      while (inHand.size > 0) await Promise.all([...inHand.values()].map(({ ended }) => ended));
    },
    inHand: () => {
      const live = [...inHand.values()].filter(({ lane }) => lane === 'live').length;
      return { live, bulk: inHand.size - live };
    },
  };
};
