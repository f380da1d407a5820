import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Live } from '#domain/index.ts';
import { objectGapsOf, observationsOf } from '#test/support/observe.ts';
import { historyArb, lossyDeliveryArb, play } from '#test/support/org.ts';
import { simulate } from '#test/support/simulation.ts';
import { todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';

/** The members' passes by the time the org has come to rest, two hours after its last change. */
const runs = (faultPercent: number, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(
      historyArb({ maxLength: 25 })
        .map((history) => play(history))
        .chain((played) => fc.tuple(fc.constant(played), lossyDeliveryArb(played))),
      fc.nat(),
      async ([played, deliveries], seed) => {
        const to = (played.org.second + 7200) * 1000;
        const outcome = await simulate({
          seed,
          deliveries: deliveries.map((item) => ({ observations: observationsOf(item), gaps: objectGapsOf(item) })),
          readAgain: played.finalLoad.flatMap((item) => observationsOf(item)),
          from: to - 3 * 86_400_000,
          to,
          faultPercent,
        });
        const expected = truth(played.org, todayIn(to));
        const passes = new Map([...expected.keys()].map((id) => [id, outcome.passes.get(id) ?? null]));
        expect(Object.fromEntries(passes)).toEqual(Object.fromEntries(expected));
        // The load read every record again; nobody said that it was a whole object's.
        expect(new Set(outcome.stale.map(({ scope, object, since }) => `${scope} ${object} ${since}`))).toEqual(
          new Set(gapsTold(deliveries).map(([object, since]) => `object ${object} ${since}`)),
        );
        expect(publishingFaults(outcome.published, outcome.passes)).toEqual([]);
      },
    ),
    { numRuns },
  );

/** The latest gap of each whole object. */
const gapsTold = (deliveries: readonly WireItem[]): readonly (readonly [string, number])[] => {
  const gaps = deliveries.flatMap((item) => objectGapsOf(item));
  return [...Map.groupBy(gaps, ({ object }) => object)].map(
    ([object, ofObject]) => [object, Math.max(...ofObject.map(({ since }) => since))] as const,
  );
};

/** Revisions dense and rising, no write published that shows the holder nothing new, the last one published is the pass. */
const publishingFaults = (published: readonly Live[], passes: ReadonlyMap<string, unknown>): readonly string[] => {
  const faults: string[] = [];
  for (const [memberId, lives] of Map.groupBy(published, (live) => live.memberId)) {
    for (const [index, live] of lives.entries()) {
      if (live.revision !== index + 1)
        faults.push(`${memberId}: revision ${live.revision} came as number ${index + 1}`);
      const before = lives[index - 1];
      if (before !== undefined && JSON.stringify(before.pass) === JSON.stringify(live.pass))
        faults.push(`${memberId}: revision ${live.revision} shows nothing new`);
    }
    if (JSON.stringify(lives.at(-1)?.pass) !== JSON.stringify(passes.get(memberId)))
      faults.push(`${memberId}: the last pass was not published`);
  }
  return faults;
};

describe('the whole system, whoever goes first', () => {
  it('comes to the truth, and publishes every visible change and no other', { timeout: 120_000 }, () => runs(0, 500));

  it('does so when requests and answers get lost and workers are killed', { timeout: 120_000 }, () => runs(6, 500));
});
