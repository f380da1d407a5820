import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { type AbsenceDeps, afterComparing, buryAbsent, type StoreUnavailable } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { contacts, fullLoads, type LoadOptions } from '#test/support/fullLoads.ts';

const unavailable: StoreUnavailable = { type: 'StoreUnavailable', operation: 'test', reason: 'lost' };

/** Ten contacts since hour 0, of which the loads leave out number 9. */
const withNine = async (...loads: readonly LoadOptions[]) => {
  const org = fullLoads();
  await org.hear(contacts(0, 10), 0);
  for (const [index, options] of loads.entries()) {
    await org.load(contacts(0, 9), 10 * (index + 1), options);
    await org.settle();
  }
  return org;
};

describe('a record that complete full loads leave out', () => {
  test('stays after the first: it is remembered', async () => {
    const org = await withNine({});
    expect(org.existing()).toEqual(contacts(0, 10));
    expect(await org.misses()).toBe(1);
  });

  test('is gone after the second in a row, like one whose deletion was told', async () => {
    const org = await withNine({}, {});
    expect(org.existing()).toEqual(contacts(0, 9));
    expect(org.eventsOf(9)).toEqual(['MemberEnrolled', 'MemberWithdrawn']);
    expect(await org.misses()).toBe(0);
    expect(await org.job()).toMatchObject({ phase: { type: 'done' }, known: 10, buried: 1 });
  });

  test('stays when the second load brings it: the miss is forgotten', async () => {
    const org = await withNine({});
    await org.load(contacts(0, 10), 20);
    await org.settle();
    expect(await org.misses()).toBe(0);
    await org.load(contacts(0, 9), 30);
    await org.settle();
    expect(org.existing()).toEqual(contacts(0, 10));
  });

  test('stays when it was heard of in between: then the second is a first one', async () => {
    const org = await withNine({});
    await org.hear([9], 15);
    await org.load(contacts(0, 9), 20);
    expect(await org.settle()).toBe(0);
    await org.load(contacts(0, 9), 30);
    expect(await org.settle()).toBe(1);
  });

  test('stays when it was created after the load began', async () => {
    const org = await withNine({}, {});
    await org.hear([11], 25);
    await org.load(contacts(0, 9), 24);
    await org.settle();
    expect(await org.misses()).toBe(0);
    expect(org.existing()).toContain(11);
  });

  test('comes back with a change after the load began, and goes no second time for the same loads', async () => {
    const org = await withNine({}, {});
    await org.hear([9], 20.5);
    expect(await org.settle()).toBe(0);
    expect(org.existing()).toContain(9);
  });

  test('is no matter when it is known to be gone', async () => {
    const org = fullLoads();
    await org.hear(contacts(0, 10), 0);
    await org.hear([9], 1, 'gone');
    await org.load(contacts(0, 9), 10);
    await org.settle();
    expect(await org.misses()).toBe(0);
  });
});

describe('a stale record', () => {
  const staleAfter = async (scene: (org: ReturnType<typeof fullLoads>) => Promise<unknown>): Promise<number> => {
    const org = fullLoads();
    await scene(org);
    await org.settle();
    const { length } = (await got(org.stale.list(null, 10))).entries;
    return length;
  };

  test('is fresh when a complete load brought it, though its gap was told afterwards', async () => {
    expect(
      await staleAfter(async (org) => {
        await org.hear(contacts(0, 4), 0);
        await org.load(contacts(0, 4), 10);
        await org.gap(3, 5);
      }),
    ).toBe(0);
  });

  test('stays stale when the load began before its gap', async () => {
    expect(
      await staleAfter(async (org) => {
        await org.load(contacts(0, 4), 10);
        await org.gap(3, 11);
      }),
    ).toBe(1);
  });

  test('of which nothing says that it exists is fresh when a complete load does not bring it', async () => {
    expect(
      await staleAfter(async (org) => {
        await org.gap(3, 5);
        await org.load(contacts(0, 2), 10);
      }),
    ).toBe(0);
  });

  test('that exists and was left out once stays stale until it is gone', async () => {
    const scene = async (org: ReturnType<typeof fullLoads>) => {
      await org.hear(contacts(0, 4), 0);
      await org.gap(3, 5);
      await org.load(contacts(0, 3), 10);
    };
    expect(await staleAfter(scene)).toBe(1);
    expect(
      await staleAfter(async (org) => {
        await scene(org);
        await org.settle();
        await org.load(contacts(0, 3), 20);
      }),
    ).toBe(0);
  });
});

describe('nothing follows from a load', () => {
  test.each<readonly [string, LoadOptions]>([
    ['that is not declared full', { flow: 'contact-changes' }],
    ['of which not all files came', { reported: 10 }],
    ['that failed', { end: { isSuccessful: false } }],
    ['that could not deliver some records', { end: { failures: 1 } }],
    ['with a row that could not be read', { unreadable: 1 }],
  ])('%s', async (_, options) => {
    const org = await withNine(options, options);
    expect(await org.misses()).toBe(0);
    expect(org.existing()).toEqual(contacts(0, 10));
    // Nor is it one of two: the next complete load is the first.
    await org.load(contacts(0, 9), 30);
    await org.settle();
    expect(org.existing()).toEqual(contacts(0, 10));
  });

  test('whose files are not there any more; the next one counts', async () => {
    const org = await withNine({}, { isFileLost: true });
    expect(await org.job()).toMatchObject({ phase: { type: 'held', why: 'FilesUnreadable' } });
    expect(await org.accept('run-20')).toBe('NothingHeld');
    await org.load(contacts(0, 9), 30);
    expect(await org.settle()).toBe(1);
  });

  test('whose files cannot be reached for now; it is compared when they can', async () => {
    const org = await withNine({});
    await org.load(contacts(0, 9), 20);
    const away: AbsenceDeps = { ...org.deps, cache: { current: null }, rowIds: () => async () => E.left(unavailable) };
    expect(await buryAbsent(away)()).toEqual(E.left(unavailable));
    expect(await org.job()).toMatchObject({ phase: { type: 'comparing', cursor: null } });
    expect(await org.settle()).toBe(1);
  });

  test('of a split object until all of it is there', async () => {
    const org = fullLoads([['a-m', 'n-z']], { 'a-m': 'Contact', 'n-z': 'Contact' });
    await org.hear(contacts(0, 10), 0);
    for (const hours of [10, 20]) await org.load(contacts(0, 5), hours, { flow: 'a-m' });
    await org.settle();
    expect(await org.job()).toBe(null);
    await org.load(contacts(5, 9), 21, { flow: 'n-z' });
    await org.settle();
    expect(await org.misses()).toBe(1);
    await org.load(contacts(0, 5), 30, { flow: 'a-m' });
    await org.settle();
    expect(org.existing()).toEqual(contacts(0, 10));
    await org.load(contacts(5, 9), 31, { flow: 'n-z' });
    expect(await org.settle()).toBe(1);
    expect(org.existing()).toEqual(contacts(0, 9));
  });
});

/** `all` contacts, of which two loads leave out the last `missing`. */
const withMissing = async (all: number, missing: number) => {
  const org = fullLoads();
  await org.hear(contacts(0, all), 0);
  for (const hours of [10, 20]) {
    await org.load(contacts(0, all - missing), hours);
    await org.settle();
  }
  return org;
};

describe('more deletions than a load normally means', () => {
  test('are held: nothing is deleted until a person accepts it for this very run', async () => {
    const org = await withMissing(100, 20);
    expect(org.existing()).toHaveLength(100);
    expect(await org.job()).toMatchObject({ phase: { type: 'held', why: 'TooMany' }, known: 100, missedTwice: 20 });
    expect(await org.accept('run-10')).toBe('NothingHeld');
    expect(await org.accept('run-20', 'Order')).toBe('NothingHeld');

    expect(await org.accept('run-20')).toBe('Accepted');
    expect(await org.settle()).toBe(20);
    expect(org.existing()).toEqual(contacts(0, 80));
    expect(await org.accept('run-20')).toBe('NothingHeld');
  });

  test('are 20 at least: small objects lose single records every day', async () => {
    const org = await withMissing(100, 19);
    expect(org.existing()).toHaveLength(81);
  });

  test('held and not accepted, are held again by the next load, and forgotten by one that brings the records', async () => {
    const org = await withMissing(100, 20);
    await org.load(contacts(0, 80), 30);
    await org.settle();
    expect(await org.job()).toMatchObject({ phase: { type: 'held' }, missedTwice: 20 });
    await org.load(contacts(0, 100), 40);
    expect(await org.settle()).toBe(0);
    expect(await org.misses()).toBe(0);
    expect(org.existing()).toHaveLength(100);
  });

  test('are what an empty load means, however few', async () => {
    const org = await withMissing(5, 5);
    expect(org.existing()).toHaveLength(5);
    expect(await org.job()).toMatchObject({ phase: { type: 'held', why: 'EmptyLoad' } });
    expect(await org.accept('run-20')).toBe('Accepted');
    expect(await org.settle()).toBe(5);
  });

  test('are more than one in a thousand', async () => {
    const org = fullLoads();
    await org.hear(contacts(0, 2_000), 0);

    await org.load(contacts(0, 2_000), 10);
    await org.settle();
    const job = (await org.job())!;
    expect(afterComparing({ ...job, known: 20_000, missedTwice: 20 })).toMatchObject({ type: 'burying' });
    expect(afterComparing({ ...job, known: 20_000, missedTwice: 21 })).toMatchObject({ type: 'held' });
  });
});

describe('killed anywhere', () => {
  /** From the nth request on, nothing is answered: what was asked last may or may not have been carried out. */
  const dyingAfter = (deps: AbsenceDeps, requests: number, isCarriedOut: boolean): Partial<AbsenceDeps> => {
    let left = requests;
    const mortal = <Args extends unknown[]>(call: (...args: Args) => () => Promise<unknown>) =>
      ((...args: Args) =>
        async () => {
          left -= 1;
          if (left > 0) return call(...args)();
          if (left === 0 && isCarriedOut) await call(...args)();
          return E.left(unavailable);
        }) as never;
    const { absences, records, ingest } = deps;
    return {
      cache: { current: null },
      absences: {
        load: mortal(absences.load),
        save: mortal(absences.save),
        missesOf: mortal(absences.missesOf),
        remember: mortal(absences.remember),
        forget: mortal(absences.forget),
        misses: mortal(absences.misses),
      },
      records: { scanObject: mortal(records.scanObject) },
      ingest: { ...ingest, records: { ...ingest.records, commit: mortal(ingest.records.commit) } },
      pagesPerRound: 1,
    };
  };

  test('it goes on where it was, and deletes what it would have deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), fc.boolean()), { maxLength: 12 }),
        async (lives) => {
          const org = fullLoads();
          await org.hear(contacts(0, 700), 0);
          await org.load([...contacts(0, 300), ...contacts(315, 700)], 10);
          await org.settle();
          await org.load([...contacts(0, 310), ...contacts(320, 700)], 20);

          for (const [requests, isCarriedOut] of lives) {
            const mortal = { ...org.deps, ...dyingAfter(org.deps, requests, isCarriedOut) };
            for (let alive = true; alive; ) {
              const round = await buryAbsent(mortal)();
              alive = E.isRight(round) && round.right.isUnfinished;
            }
          }
          await org.settle({ cache: { current: null }, pagesPerRound: 1 });
          // Missed twice: 310 to 314. Missed for the first time by the second load: 315 to 319.
          expect(org.existing()).toEqual([...contacts(0, 310), ...contacts(315, 700)]);
          expect(await org.misses()).toBe(5);
          expect(await org.job()).toMatchObject({ known: 700, missedTwice: 5, phase: { type: 'done' } });
        },
      ),
      { numRuns: 60 },
    );
  });
});
