import type { Random } from '#adapters/sample/random.ts';
import type { WireItem } from '#test/support/wire.ts';
import type { System } from '../system.ts';

export type Harm = {
  readonly system: System;
  /** Of this one time: the same seed, the same harm. */
  readonly random: Random;
  /** How long it may last. */
  readonly longestMs: number;
  /** What was delivered before. */
  readonly history: readonly WireItem[];
};

/** Something that goes wrong while the system is at work. strike: does it, and cures it; throws where the system takes it otherwise than it should. */
export type Fault = { readonly name: string; readonly strike: (harm: Harm) => Promise<void> };

/** Between a tenth of the longest and the longest. */
export const lasting = ({ random, longestMs }: Pick<Harm, 'random' | 'longestMs'>): number =>
  random.int(Math.ceil(longestMs / 10), longestMs);
