import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type ClockDeps, clockHandler } from '#adapters/lambda/clock.ts';
import { bought, got } from '#test/contract/given.ts';
import { fullLoads } from '#test/support/fullLoads.ts';
import {
  badge,
  CANARY,
  called,
  onlyShadow,
  parkingLot,
  shownBadge,
  throwsFor,
  withBadge,
} from '#test/support/parking.ts';

/** A process of the clock function over a parking lot. */
const clockOver = (
  deps: ReturnType<ReturnType<typeof parkingLot>['deploy']>['deps'],
  others: Partial<ClockDeps> = {},
) => {
  const org = fullLoads([]);
  const failures: string[] = [];
  let unfinished = 0;
  const round = clockHandler({
    ...deps,
    reRead: { ...org, reReads: { request: () => async () => E.right(undefined) } },
    absence: org.deps,
    onFailure: (where, reason) => failures.push(`${where}: ${reason}`),
    onUnfinished: () => {
      unfinished += 1;
    },
    ...others,
  });
  return { round, failures, unfinished: () => unfinished };
};

describe('the clock function', () => {
  test('folds who was parked before its process started again, and nobody twice', async () => {
    const lot = parkingLot();
    const broken = lot.deploy(withBadge(shownBadge(throwsFor)));
    await broken.happens('003-ada', called(CANARY));
    await broken.happens('003-ada', bought('801'));
    lot.wait(1);
    const { round, failures } = clockOver(lot.deploy(withBadge(shownBadge())).deps);
    expect(await round()).toBe(1);
    expect(await round()).toBe(0);
    expect(await lot.live('003-ada')).toMatchObject({ asOf: 2, pass: { custom: { badge: '2' } } });
    expect(failures).toEqual([]);
  });

  test('goes on behind those it has looked at, and says that it is not done only after it did something', async () => {
    const lot = parkingLot();
    for (let member = 0; member < 1_001; member++)
      await got(
        lot.parked.put({ memberId: `003-${member}`, ref: 'badge@2', asOf: 0, reason: 'badge@2: Error', triedAt: 0 }),
      );
    const { round, unfinished } = clockOver(lot.deploy(onlyShadow(badge(undefined, 2))).deps);
    expect(await round()).toBe(1_000);
    expect(unfinished()).toBe(1);
    expect(await round()).toBe(1);
    expect(unfinished()).toBe(1);
  });

  test('names who could not be looked at, and walks on', async () => {
    const lot = parkingLot();
    await lot.deploy(withBadge(shownBadge(throwsFor))).happens('003-ada', called(CANARY));
    lot.wait(1);
    const { deps } = lot.deploy(withBadge(shownBadge()));
    const load: typeof deps.events.load = (stream) => async () =>
      E.left({ type: 'StoreCorrupt', where: stream, reason: 'a hole' });
    const { round, failures } = clockOver({ ...deps, events: { load } });
    await round();
    expect(failures).toEqual(['parked: member 003-ada: member-003-ada: a hole']);
  });
});
