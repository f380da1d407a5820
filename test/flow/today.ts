import fc from 'fast-check';
import { expect } from 'vitest';
import type { Pass } from '#domain/index.ts';
import { historyArb, type Played, play } from '#test/support/org.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';
import type { Service } from './process.ts';
import { publicationFaults } from './support.ts';

/** The process has the real clock: its truth is today's. Orders still count for life, whatever became of the last twelve months. */
export const playedToday = (seed: number): Played => {
  const arbitrary = historyArb({ maxLength: 150 })
    .map((history) => play(history))
    .filter((played) => played.feeds.length >= 60)
    .filter((played) => [...today(played).values()].some((pass) => pass !== null && pass.spend.purchases > 0));
  const [played] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (played === undefined) throw new Error('no history');
  return played;
};

const today = ({ org }: Played) => truth(org, todayIn(Date.now()));

/** Delivers until the service is gone; what it did not acknowledge comes back. Files in the inbox need no acknowledgement. */
export const deliverUntilGone = async (service: Service, items: readonly WireItem[]): Promise<readonly WireItem[]> => {
  const left: WireItem[] = [];
  const lanes = [0, 1, 2].map((lane) => items.filter((_, index) => index % 3 === lane));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const item of lane) {
        if (item.type === 'file') await service.drop(item);
        else
          await service.put([item]).catch(() => {
            left.push(item);
          });
      }
    }),
  );
  return left;
};

const passesOf = async (service: Service, memberIds: Iterable<string>): Promise<ReadonlyMap<string, Pass | null>> => {
  const passes = new Map<string, Pass | null>();
  for (const memberId of memberIds) passes.set(memberId, await service.passOf(memberId));
  return passes;
};

export const expectTruthToday = async (service: Service, played: Played): Promise<void> => {
  await service.untilIdle();
  const expected = today(played);
  const passes = await passesOf(service, expected.keys());
  expect([...passes].map(([memberId, pass]) => [memberId, knownPart(pass)])).toEqual([...expected]);
  expect(publicationFaults(await service.walletEvents(), passes)).toEqual([]);
};
