import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { EpochMs, StoreUnavailable } from '#domain/index.ts';

export type Pace = { readonly perSecond: number; readonly burst: number };

/**
 * A partner's rate, shared by every process that calls it. GCRA: one time for each credential, moved on by 1/perSecond with each place taken, so that in no
 * second more than perSecond + burst places lie. Windows of a second would let through twice the rate around their edges.
 */
export type Budget = {
  /**
   * `places` of them, each to be used at its time or soon after; the first may be now. None: what stands there lies further off than its places reach, since a clock is
   * or was wrong, or the rate was lower. It is begun anew where it is asked again and nobody moved it on meanwhile.
   */
  readonly take: (credential: string, pace: Pace, places: number) => TaskEither<StoreUnavailable, readonly EpochMs[]>;
};

/** Says a name once: true for whoever is first while it is remembered. */
export type Once = (name: string, forMs: number) => TaskEither<StoreUnavailable, boolean>;
