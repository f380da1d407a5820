import type { Answer } from '#adapters/delivery/destination.ts';
import { trueNow } from './virtualTime.ts';

/** What a partner does to what comes to him. lost: takes it, and the answer is lost. deaf: stalls, and goes on when the caller hangs up. */
export type Behaviour =
  | { readonly type: 'ok' | 'reset' | 'lost' | 'stall' | 'deaf' | 'throw' | 'refuse' }
  | { readonly type: 'busy'; readonly status: 429 | 503; readonly retryAfterMs: number | null };

export type Arrival = {
  readonly at: number;
  /** Who asked: a process, as long as it lives. */
  readonly by: string;
  readonly subject: string;
  readonly revision: number;
};

/** Told to come back then, at that moment, where somebody still listened. */
export type Asked = Arrival & { readonly answeredAt: number; readonly until: number; readonly status: number };

export type ScriptedPartner = {
  readonly request: (from: Omit<Arrival, 'at'>, signal: AbortSignal) => Promise<Answer<null>>;
  readonly arrivals: readonly Arrival[];
  readonly asked: readonly Asked[];
  /** What he has, by subject. */
  readonly holds: ReadonlyMap<string, number>;
  /** The most requests that he had at once: of one process, and of one subject from processes that live (deaf ones aside). */
  readonly most: { readonly ofProcess: number; readonly ofSubject: number };
};

/** A partner in virtual time: what he has is what arrived, in the order it arrived. */
export const scriptedPartner = ({
  behave,
  latencyMs,
  isAlive,
}: {
  readonly behave: (arrival: Arrival) => Behaviour;
  readonly latencyMs: () => number;
  readonly isAlive: (process: string) => boolean;
}): ScriptedPartner => {
  const arrivals: Arrival[] = [];
  const asked: Asked[] = [];
  const holds = new Map<string, number>();
  const most = { ofProcess: 0, ofSubject: 0 };
  const here: (Arrival & { readonly isDeaf: boolean })[] = [];

  const request: ScriptedPartner['request'] = async (from, signal) => {
    const arrival = { ...from, at: trueNow() };
    arrivals.push(arrival);
    const behaviour = behave(arrival);
    const present = { ...arrival, isDeaf: behaviour.type === 'deaf' };
    here.push(present);
    const ofSubject = here.filter((one) => one.subject === from.subject && !one.isDeaf && isAlive(one.by));
    most.ofProcess = Math.max(most.ofProcess, here.filter(({ by }) => by === from.by).length);
    most.ofSubject = Math.max(most.ofSubject, ofSubject.length);
    try {
      return await answer(behaviour, arrival, signal);
    } finally {
      here.splice(here.indexOf(present), 1);
    }
  };

  const answer = async (behaviour: Behaviour, arrival: Arrival, signal: AbortSignal): Promise<Answer<null>> => {
    const take = (): void => void holds.set(arrival.subject, arrival.revision);
    switch (behaviour.type) {
      case 'ok':
        take();
        await pause(latencyMs());
        return { type: 'Ok', status: 200, value: null };
      case 'refuse':
        await pause(latencyMs());
        return { type: 'Refused', status: 400, reason: 'invalid' };
      case 'busy': {
        const { status, retryAfterMs } = behaviour;
        await pause(latencyMs());
        const answeredAt = trueNow();
        if (retryAfterMs !== null && !signal.aborted)
          asked.push({ ...arrival, answeredAt, until: answeredAt + retryAfterMs, status });
        return { type: 'Failed', status, reason: 'busy', retryAfterMs };
      }
      case 'lost':
        take();
        await pause(latencyMs());
        throw Object.assign(new Error('of member m-1'), { code: 'ECONNRESET' });
      case 'stall':
        await hangUp(signal);
        throw new Error('aborted');
      case 'deaf':
        take();
        await pause(15_000);
        return { type: 'Ok', status: 200, value: null };
      default:
        await pause(latencyMs());
        throw Object.assign(new Error('of member m-1'), { code: 'ECONNRESET' });
    }
  };
  return { request, arrivals, asked, holds, most };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const hangUp = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
