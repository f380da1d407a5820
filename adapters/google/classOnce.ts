import type { Clock } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';
import type { Lane } from '../delivery/acceptedEvent.ts';
import { type Answer, DRY_RUN, type RunStep } from '../delivery/destination.ts';
import { isAlready, type LoyaltyClass } from './loyaltyClass.ts';
import { runCall, type WalletApi } from './walletApi.ts';

/** Whether members' objects may be sent: the class is there. */
export type ClassOnce = {
  readonly ensure: (lane: Lane, run: RunStep) => Promise<Answer<'Ready'>>;
  /** It is not there any more, or never was. */
  readonly forget: () => void;
};

/**
 * The class is looked at once in the life of a process, and changed where it is not as the settings say. It reaches every holder at once, so no member's
 * delivery does it again. A change that Google refuses leaves the class as it was: members' cards go on, and it is tried again later.
 * A live delivery never waits for one of bulk: both may look, and say the same.
 */
export const classOnce = (api: WalletApi, wanted: LoyaltyClass, clock: Clock): ClassOnce => {
  /** null: it has to be looked at. */
  let isReady: (() => boolean) | null = null;
  let refused: { readonly answer: Answer<'Ready'>; readonly agoMs: () => number } | null = null;
  const looking = new Map<Lane, Promise<Answer<'Ready'>>>();

  const look = async (run: RunStep): Promise<Answer<'Ready'>> => {
    const known = await runCall(run, { name: 'class' }, api.getClass(wanted.id));
    if (known.type === 'Ok') {
      if (isAlready(known.value, wanted)) return ready(null);
      const patched = await runCall(run, { name: 'class-patch' }, api.patchClass(wanted.id, wanted));
      if (patched.type === 'Failed') return patched;
      return ready(patched.type === 'Ok' ? null : AGAIN_MS);
    }
    // Nothing is asked: the card's own step says what would be sent.
    if (known.type === 'Refused' && known.reason === DRY_RUN) return READY;
    if (known.type === 'Failed') return known;
    if (known.status !== 404) return refusedFor(known);
    const inserted = await runCall(run, { name: 'class-insert' }, api.insertClass(wanted));
    // Somebody else was faster, with the same class.
    if (inserted.type === 'Ok' || inserted.status === 409) return ready(null);
    return inserted.type === 'Failed' ? inserted : refusedFor(inserted);
  };

  /** Everybody hears of it, Google is asked by one in a while. */
  const refusedFor = (answer: Answer<never>): Answer<'Ready'> => {
    refused = { answer, agoMs: stopwatch(clock) };
    return answer;
  };

  const ready = (forMs: number | null): Answer<'Ready'> => {
    const agoMs = stopwatch(clock);
    isReady = () => forMs === null || agoMs() < forMs;
    return READY;
  };

  return {
    ensure: async (lane, run) => {
      if (isReady?.() === true) return READY;
      if (refused !== null && refused.agoMs() < REFUSED_MS) return refused.answer;
      const under = looking.get(lane) ?? look(run).finally(() => looking.delete(lane));
      looking.set(lane, under);
      return under;
    },
    forget: () => {
      isReady = null;
    },
  };
};

const READY = { type: 'Ok', status: 200, value: 'Ready' } as const;
const AGAIN_MS = 15 * 60_000;
const REFUSED_MS = 30_000;
