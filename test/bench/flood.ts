import { setTimeout as sleep } from 'node:timers/promises';
import { buy, type Members, type Put } from './overloadMembers.ts';

export type Counts = {
  readonly offered: number;
  readonly taken: number;
  readonly refused: number;
  /** Answers that were neither, or did not say when to come again. */
  readonly wrong: readonly string[];
};

export type FloodOptions = {
  readonly put: Put;
  readonly members: Members;
  readonly perSecond: number;
  readonly seconds: number;
};

const BATCH = 10;
/** As many senders as a client that is out of hand may have. */
const MOST_IN_FLIGHT = 64;

/** Purchases at even spacing, whatever becomes of them: what is refused is not sent again. */
export const flood = ({ put, members, perSecond, seconds }: FloodOptions) => {
  const counted = { offered: 0, taken: 0, refused: 0 };
  const wrong = new Set<string>();
  let inFlight = 0;

  const send = async (): Promise<void> => {
    inFlight += 1;
    try {
      const answered = await buy(put, members, BATCH);
      if (answered.type === 'taken') counted.taken += BATCH;
      else counted.refused += BATCH;
      if (answered.type === 'refused' && !isAsPromised(answered.status, answered.retryAfter))
        wrong.add(`${answered.status}, Retry-After ${answered.retryAfter}`);
    } catch (error) {
      wrong.add(error instanceof Error ? error.message : 'no answer');
    } finally {
      inFlight -= 1;
    }
  };

  const run = async (): Promise<void> => {
    const startedAt = performance.now();
    const count = Math.ceil((perSecond * seconds) / BATCH);
    const underWay = new Set<Promise<void>>();
    for (let index = 0; index < count; index++) {
      const waitMs = startedAt + (index * BATCH * 1_000) / perSecond - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      counted.offered += BATCH;
      if (inFlight >= MOST_IN_FLIGHT) await Promise.race(underWay);
      const sent = send().finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
    await Promise.all(underWay);
  };
  return { done: run(), counts: (): Counts => ({ ...counted, wrong: [...wrong] }) };
};

const isAsPromised = (status: number, retryAfter: string | null): boolean =>
  (status === 429 || status === 503) && retryAfter !== null && /^\d+$/.test(retryAfter);
