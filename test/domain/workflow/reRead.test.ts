import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { keepFresh, type ReReadDeps, type ReReadReason } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { contacts, fullLoads } from '#test/support/fullLoads.ts';

const HOUR = 3_600_000;
const at = (hours: number): number => Date.UTC(2026, 0, 1) + hours * HOUR;

const keeping = () => {
  const org = fullLoads(['Contact', 'Order', 'Voucher__c']);
  const asked: (ReReadReason & { readonly object: string })[] = [];
  let now = at(1);
  const deps: ReReadDeps = {
    ...{ stale: org.stale, runs: org.runs, mapping: org.mapping, clock: () => now },
    reReads: {
      request: (object, why) => async () => {
        asked.push({ object, ...why });
        return E.right(undefined);
      },
    },
  };
  return {
    ...{ org, deps, asked },
    round: async (hours: number) => {
      now = at(hours);
      return got(keepFresh(deps));
    },
    stale: async () => (await got(org.stale.list(null, 100))).entries,
    /** A contact that was merged into another. */
    merge: async () => {
      const entry = {
        scope: 'children',
        object: 'Contact',
        id: '003-loser',
        owner: '003-winner',
        since: at(1),
      } as const;
      await got(
        org.deps.ingest.records.commit({
          records: [
            {
              record: { ref: { object: 'Contact', id: '003-loser' }, fields: {}, existence: null, gap: null },
              ...{ replaces: 0, keyId: 'record:x', stale: [{ type: 'appears', entry }] },
            },
          ],
          appends: [],
        }),
      );
    },
  };
};

describe('a gap of a whole object', () => {
  test('asks for a re-read once, and again after a quiet hour', async () => {
    const { org, asked, round } = keeping();
    await got(org.stale.openObject('Order', at(0.5)));
    expect(await round(1)).toBe(1);
    expect(await round(1.1)).toBe(0);
    expect(asked).toEqual([{ object: 'Order', scope: 'object', since: at(0.5) }]);
    expect(await round(2)).toBe(1);
  });

  test('is asked for again where the last time was by a clock that was days ahead', async () => {
    const { org, round } = keeping();
    await got(org.stale.openObject('Order', at(0.5)));
    expect(await round(9 * 24)).toBe(1);
    expect(await round(1)).toBe(1);
    expect(await round(1.1)).toBe(0);
  });

  test('that comes after a request asks for another one, at most once a minute', async () => {
    const { org, asked, round } = keeping();
    await got(org.stale.openObject('Order', at(0.5)));
    await round(1);
    await got(org.stale.openObject('Order', at(0.6)));
    expect(await round(1 + 1 / 240)).toBe(0);
    expect(await round(1 + 1 / 60)).toBe(1);
    expect(asked).toHaveLength(2);
  });

  test('is closed by a complete load that began clearly after it, and by no other', async () => {
    const { org, round, stale } = keeping();
    await got(org.stale.openObject('Contact', at(10)));
    await org.load(contacts(0, 3), 9);
    await org.load(contacts(0, 3), 10.001);
    await org.load(contacts(0, 3), 11, { reported: 4 });
    await round(12);
    expect(await stale()).toHaveLength(1);
    await org.load(contacts(0, 3), 13);
    await round(14);
    expect(await stale()).toEqual([]);
  });

  test('told after the load that read it again is closed as well', async () => {
    const { org, asked, round, stale } = keeping();
    await org.load(contacts(0, 3), 13);
    await got(org.stale.openObject('Contact', at(10)));
    await round(14);
    expect(await stale()).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('a request', () => {
  test('that was not remembered, because the process was killed, is made again', async () => {
    const { org, deps, asked, round } = keeping();
    await got(org.stale.openObject('Order', at(0.5)));
    const dying = async () => E.left({ type: 'StoreUnavailable', operation: 'remember', reason: 'killed' } as const);
    expect(E.isLeft(await keepFresh({ ...deps, stale: { ...deps.stale, remember: () => dying } })())).toBe(true);
    await round(1);
    expect(asked).toHaveLength(2);
  });

  test('that could not be made is not remembered', async () => {
    const { org, deps, round } = keeping();
    await got(org.stale.openObject('Order', at(0.5)));
    const refused = async () => E.left({ type: 'StoreUnavailable', operation: 'request', reason: 'down' } as const);
    await keepFresh({ ...deps, reReads: { request: () => refused } })();
    expect(await round(1)).toBe(1);
  });
});

describe('a merge of contacts', () => {
  test('asks for everything that contacts own, until all of it was read again', async () => {
    const { org, asked, round, merge, stale } = keeping();
    await merge();
    await round(2);
    expect(asked.map(({ object }) => object)).toEqual(['Order', 'Voucher__c']);
    await org.load([], 3, { flow: 'Order' });
    await round(4);
    expect(await stale()).toHaveLength(1);
    await org.load([], 3, { flow: 'Voucher__c' });
    await round(5);
    expect(await stale()).toEqual([]);
  });
});

test('with nothing stale there is nothing to do', async () => {
  const { round, asked } = keeping();
  expect(await round(1)).toBe(0);
  expect(asked).toEqual([]);
});
