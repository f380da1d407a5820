import { forkSeed, seededRandom } from '#adapters/sample/random.ts';
import { shuffled } from './delivering.ts';
import type { Fault } from './faults/fault.ts';

/** One time that something goes wrong. seed: of all that is drawn for it. */
export type Strike = { readonly number: number; readonly fault: Fault; readonly seed: number };

/** Every fault once in an order of its own, then all of them again in another, for ever. The same seed, the same plan. */
export function* planOf(seed: number, faults: readonly Fault[]): Generator<Strike, never> {
  for (let number = 1; ; )
    for (const fault of shuffled(seededRandom(forkSeed(seed, `deck ${number}`)), faults)) {
      yield { number, fault, seed: forkSeed(seed, `strike ${number}`) };
      number += 1;
    }
}
