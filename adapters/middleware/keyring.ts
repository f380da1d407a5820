import { createHash, timingSafeEqual } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Clock } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';

export type KeyringDeps = {
  /** Every key that senders may show at this moment: current, pending, previous. */
  readonly readKeys: TaskEither<{ readonly reason: string }, readonly string[]>;
  readonly clock: Clock;
};

/** holder: names whoever holds that key without telling the key. Unavailable: there are no keys to compare with. */
export type Verdict =
  | { readonly type: 'Known'; readonly holder: string }
  | { readonly type: 'Unknown' }
  | { readonly type: 'Unavailable' };

export type Keyring = {
  readonly check: (authorization: string | undefined) => Promise<Verdict>;
  /** Whether there are keys to compare with. */
  readonly isLoaded: () => Promise<boolean>;
};

const FRESH_MS = 60_000;
/** A key that nobody knows may be a new one: but whoever guesses does not make us ask all the time. */
const LOOK_AGAIN_MS = 1_000;

/**
 * The keys of those who may send. Compared in constant time with all of them. Read again every minute, and at once where a key is not among
 * them; where they cannot be read, those known before still count.
 */
export const keyring = ({ readKeys, clock }: KeyringDeps): Keyring => {
  let digests: readonly Buffer[] = [];
  let readAgoMs = (): number => Number.POSITIVE_INFINITY;
  let reading: Promise<void> | null = null;

  const refresh = (): Promise<void> => {
    reading ??= (async () => {
      const keys = await readKeys();
      readAgoMs = stopwatch(clock);
      if (E.isRight(keys)) digests = keys.right.map(digestOf);
      reading = null;
    })();
    return reading;
  };

  const find = (shown: Buffer): boolean =>
    digests.reduce((isFound, digest) => timingSafeEqual(digest, shown) || isFound, false);

  const isLoaded = async (): Promise<boolean> => {
    if (readAgoMs() >= (digests.length > 0 ? FRESH_MS : LOOK_AGAIN_MS)) await refresh();
    return digests.length > 0;
  };

  return {
    isLoaded,
    check: async (authorization) => {
      const key = BEARER.exec(authorization ?? '')?.[1];
      if (key === undefined) return { type: 'Unknown' };
      if (!(await isLoaded())) return { type: 'Unavailable' };
      const shown = digestOf(key);
      if (!find(shown) && readAgoMs() >= LOOK_AGAIN_MS) await refresh();
      return find(shown) ? { type: 'Known', holder: shown.toString('hex') } : { type: 'Unknown' };
    },
  };
};

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Of equal length, whatever is shown. */
const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();
