import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Live } from '#domain/index.ts';
import { observationsOf } from '#test/support/observe.ts';
import { historyArb, lossyDeliveryArb, type Operation, play } from '#test/support/org.ts';
import { simulate } from '#test/support/simulation.ts';
import { todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';

/** A history of an org, what arrived of its feeds and in which order, and who went first while it was handled. */
export type Run = {
  readonly history: readonly Operation[];
  readonly deliveries: readonly WireItem[];
  readonly seed: number;
};

export const runArb = (maxLength: number): fc.Arbitrary<Run> =>
  historyArb({ maxLength }).chain((history) =>
    fc.record({ history: fc.constant(history), deliveries: lossyDeliveryArb(play(history)), seed: fc.nat() }),
  );

/** Plays the run through the real workflows. Says, line by line, where passes or publications are not what they should be. */
export const faultsOf = async (
  { history, deliveries, seed }: Run,
  faultPercent: number,
): Promise<readonly string[]> => {
  const { org } = play(history);
  const to = (org.second + 7200) * 1000;
  const { passes, published } = await simulate({
    seed,
    deliveries: deliveries.map((item) => observationsOf(item)),
    from: to - 3 * 86_400_000,
    to,
    faultPercent,
  });
  const untrue = [...truth(org, todayIn(to))].flatMap(([memberId, expected]) => {
    const pass = passes.get(memberId) ?? null;
    return isDeepStrictEqual(pass, expected)
      ? []
      : [`${memberId}: the pass is ${JSON.stringify(pass)}, the org holds ${JSON.stringify(expected)}`];
  });
  return [...untrue, ...publishingFaults(published, passes)];
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
