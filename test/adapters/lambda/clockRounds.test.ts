import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { clockRounds } from '#adapters/lambda/clockRounds.ts';
import { got } from '#test/contract/given.ts';
import { fullLoads } from '#test/support/fullLoads.ts';
import { badge, onlyShadow, parkingLot } from '#test/support/parking.ts';

/** The clock as Lambda runs it, with so many parked members who are due: a round looks at a thousand. */
const clockWith = async (parked: number) => {
  const lot = parkingLot();
  for (let member = 0; member < parked; member++)
    await got(
      lot.parked.put({ memberId: `003-${member}`, ref: 'badge@2', asOf: 0, reason: 'badge@2: Error', triedAt: 0 }),
    );
  const org = fullLoads([]);
  let looks = 0;
  const { deps } = lot.deploy(onlyShadow(badge(undefined, 2)));
  const invoke = clockRounds({
    ...deps,
    reRead: {
      ...org,
      stale: {
        ...org.stale,
        list: (...page) => {
          looks += 1;
          return org.stale.list(...page);
        },
      },
      reReads: { request: () => async () => E.right(undefined) },
    },
    absence: org.deps,
    onFailure: (where, reason) => expect.unreachable(`${where}: ${reason}`),
  });
  return { invoke, looks: () => looks };
};

/** A context whose time is as given, look by look; the last one stays. */
const timeLeft = (...ms: readonly number[]) => {
  const left = [...ms];
  return { getRemainingTimeInMillis: () => (left.length > 1 ? left.shift() : left[0]) ?? 0 };
};
const MINUTES = 300_000;

describe('an invocation of the clock', () => {
  test('goes on, round after round, until nothing is left undone', async () => {
    const { invoke, looks } = await clockWith(2_001);
    expect(await invoke(timeLeft(MINUTES))).toBe(2_001);
    expect(looks()).toBe(3);
  });

  test('is one round where that leaves nothing undone', async () => {
    const { invoke, looks } = await clockWith(1);
    expect(await invoke(timeLeft(MINUTES))).toBe(1);
    expect(looks()).toBe(1);
  });

  test('ends when the time is short, and the next one goes on where it was', async () => {
    const { invoke } = await clockWith(2_001);
    const enoughForOne = timeLeft(...Array.from({ length: 8 }, () => MINUTES), 20_000);
    const first = await invoke(enoughForOne);
    expect(first).toBeGreaterThanOrEqual(1_000);
    expect(first).toBeLessThan(2_001);
    expect(first + (await invoke(timeLeft(MINUTES)))).toBe(2_001);
  });

  test('that begins with little time does nothing', async () => {
    const { invoke, looks } = await clockWith(1);
    expect(await invoke(timeLeft(10_000))).toBe(0);
    expect(looks()).toBe(0);
  });
});
