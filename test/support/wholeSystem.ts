import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { FieldValue } from '#adapters/sample/wire.ts';
import { type Live, modifiedAtOf, type StaleEntry } from '#domain/index.ts';
import { objectGapsOf, observationsOf } from '#test/support/observe.ts';
import { historyArb, lossyDeliveryArb, type Operation, type Org, play } from '#test/support/org.ts';
import { simulate } from '#test/support/simulation.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
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
  const { org, finalLoad } = play(history);
  const isOperated = seed % 2 === 1;
  const to = (org.second + 7200) * 1000;
  const { passes, published, stale, versionFaults } = await simulate({
    seed,
    deliveries: deliveries.map((item) => ({ observations: observationsOf(item), gaps: objectGapsOf(item) })),
    readAgain: finalLoad.flatMap((item) => observationsOf(item)),
    from: to - 3 * 86_400_000,
    to,
    faultPercent,
    isOperated,
  });
  const untrue = [...truth(org, todayIn(to))].flatMap(([memberId, expected]) => {
    const pass = passes.get(memberId) ?? null;
    return isDeepStrictEqual(knownPart(pass), expected)
      ? []
      : [`${memberId}: the pass is ${JSON.stringify(pass)}, the org holds ${JSON.stringify(expected)}`];
  });
  return [
    ...untrue,
    ...publishingFaults(published, passes, isOperated),
    ...stalenessFaults(stale, deliveries, org),
    ...versionFaults,
  ];
};

/**
 * Every record was read again in the end, and nobody said that a whole object was: left are exactly the gaps of objects, each with its latest
 * time, and what contacts owned that were merged away, of which some row must have told.
 */
const stalenessFaults = (
  stale: readonly StaleEntry[],
  deliveries: readonly WireItem[],
  org: Org,
): readonly string[] => {
  const gaps = new Map<string, number>();
  for (const { object, since } of deliveries.flatMap((item) => objectGapsOf(item)))
    gaps.set(object, Math.max(since, gaps.get(object) ?? 0));
  const merged = deliveries.flatMap((item) =>
    observationsOf(item).flatMap(({ record, fields, stamp }) =>
      mergedLine(record.id, fields.MasterRecordId ?? null, modifiedAtOf(stamp)),
    ),
  );
  const stillMerged = [...org.records.values()].flatMap(({ id, fields, modifiedSecond }) =>
    mergedLine(id, fields.MasterRecordId ?? null, modifiedSecond * 1000),
  );
  const ofObjects = [...gaps].map(([object, since]) => `object ${object} null of null ${since}`);
  const [expected, allowed] = [
    [...ofObjects, ...stillMerged],
    [...ofObjects, ...merged],
  ];
  const found = stale.map(({ scope, object, id, owner, since }) => `${scope} ${object} ${id} of ${owner} ${since}`);
  return [
    ...expected.filter((entry) => !found.includes(entry)).map((entry) => `not stale: ${entry}`),
    ...found.filter((entry) => !allowed.includes(entry)).map((entry) => `stale: ${entry}`),
  ];
};

const mergedLine = (loser: string, winner: FieldValue, since: number): readonly string[] =>
  winner === null ? [] : [`children Contact ${loser} of ${winner} ${since}`];

/** Revisions dense and rising, no write published that shows the holder nothing new, the last one published is the pass. */
const publishingFaults = (
  published: readonly Live[],
  passes: ReadonlyMap<string, unknown>,
  isOperated: boolean,
): readonly string[] => {
  const faults: string[] = [];
  for (const [memberId, lives] of Map.groupBy(published, (live) => live.memberId)) {
    for (const [index, live] of lives.entries()) {
      // One that a replay made before its first poke came starts above the floor.
      const first = lives[0]?.revision ?? 1;
      if (live.revision !== first + index || (first !== 1 && !isOperated))
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
