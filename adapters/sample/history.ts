import { type PlannedNews, startOfYear } from './life.ts';
import { contactLife } from './members.ts';
import { promotionChanges } from './promotions.ts';
import { purchases } from './purchases.ts';
import { forkSeed, seededRandom } from './random.ts';
import { recalls, vouchers } from './vouchers.ts';

/** What makes a sample org. until: the end of its year, epoch milliseconds. The same options give the same org. */
export type SampleOptions = { readonly seed: number; readonly members: number; readonly until: number };

/** Everything that happened in the org, oldest first; changes of one record are at least a minute apart. */
export const yearOfChanges = ({ seed, members, until }: SampleOptions): readonly PlannedNews[] => {
  const untilMs = Math.floor(until / 1000) * 1000;
  const sinceMs = startOfYear(untilMs);
  const promotions = promotionChanges(untilMs).map((plan) => ({ ...plan, announced: plan.atMs > sinceMs }));
  const lives = Array.from({ length: members }, (_, serial) => {
    const random = seededRandom(forkSeed(seed, `member ${serial}`));
    const contact = contactLife(random, serial, untilMs);
    const joinedMs = contact[0]?.atMs ?? sinceMs;
    return [
      ...contact,
      ...purchases(random, serial, joinedMs, untilMs),
      ...vouchers(random, serial, joinedMs, untilMs),
    ];
  });
  return [...promotions, ...lives.flat(), ...recalls(members, untilMs)].sort((a, b) => a.atMs - b.atMs);
};
