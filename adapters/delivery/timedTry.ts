import { TimeoutStrategy, timeout } from 'cockatiel';
import { impersonalFault } from '../impersonalFault.ts';
import type { Tried } from './breaker.ts';
import type { Answer } from './destination.ts';

type TimedTry<Value> = {
  readonly request: (signal: AbortSignal) => Promise<Answer<Value>>;
  readonly timeoutMs: number;
  /** Of the step. */
  readonly signal: AbortSignal;
  /** Whoever asked is gone: the partner is not to blame. */
  readonly isGone: () => boolean;
  /** Called when the request really ended. */
  readonly left: () => void;
};

/** One try, which ends in time whatever the request does, and always with an answer. */
export const timedTry = async <Value>({
  request,
  timeoutMs,
  signal,
  isGone,
  left,
}: TimedTry<Value>): Promise<Tried<Value>> => {
  const policy = timeout(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
  const begun = async (inner: AbortSignal): Promise<Answer<Value>> => {
    try {
      return await request(inner);
    } catch (error) {
      return noAnswer(`threw ${impersonalFault(error).fault}`);
    } finally {
      left();
    }
  };
  try {
    const answer = await policy.execute(({ signal: inner }) => begun(inner), signal);
    return { answer, isOurs: answer.type === 'Failed' && isGone() };
  } catch {
    return isGone()
      ? { answer: noAnswer('cut short'), isOurs: true }
      : { answer: noAnswer(`no answer within ${timeoutMs} ms`), isOurs: false };
  }
};

const noAnswer = (reason: string): Answer<never> => ({ type: 'Failed', status: null, reason, retryAfterMs: null });
