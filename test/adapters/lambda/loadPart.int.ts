import { describe, expect, test } from 'vitest';
import type { LoadPartDeps } from '#adapters/lambda/loadPart.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { readPartMessage } from '#adapters/source/partMessage.ts';
import { recordKey, retail, stateOfRun } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import {
  allDone,
  createdEvent,
  givenBack,
  keyOf,
  type Landing,
  orderLine,
  REF,
  landingOfTest as start,
  unavailable,
} from '#test/support/landing.ts';

const NAME = `${REF.flow}/${REF.executionId}/a`;
const text = (...lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const orders = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => orderLine(index + 1));
/** Splits a file of those bytes; the messages of its parts. */
const landed = async (landing: Landing, bytes: Buffer, key = keyOf('a')): Promise<readonly string[]> => {
  landing.s3.put(key, bytes);
  const before = landing.sqs.taken.length;
  await landing.split(createdEvent(key));
  return landing.sqs.taken.slice(before);
};
const merged = async ({ stores }: Landing): Promise<readonly string[]> => {
  const page = await got(stores.records.scanObject('Order', { segment: 0, segments: 1, cursor: null, limit: 1_000 }));
  return page.records.map(({ ref }) => recordKey(ref)).sort();
};

describe('a part', () => {
  test('is loaded, and said to be so in the ledger under its own name', async () => {
    const landing = await start();
    const parts = await landed(landing, text(...orders(12)));
    expect(parts.length).toBeGreaterThan(3);
    expect(await landing.load(parts)).toEqual(parts.map(() => allDone));
    expect(await merged(landing)).toHaveLength(12);
    expect(landing.loaded.reduce((sum, { rows }) => sum + rows, 0)).toBe(12);
    const files = [...(await landing.run()).files.values()];
    expect(files.reduce((sum, { loaded }) => sum + (loaded?.rows ?? 0), 0)).toBe(12);
  });

  test('that comes again writes nothing', async () => {
    const landing = await start();
    const parts = await landed(landing, text(...orders(12)));
    await landing.load(parts);
    landing.stores.meter.reset();
    expect(await landing.load(parts)).toEqual(parts.map(() => allDone));
    expect(landing.stores.meter.read()).toMatchObject({ writeUnits: 0 });
    expect(landing.stores.meter.read().requests).not.toHaveProperty('TransactWriteItems');
  });

  test('puts a bad line aside under the place that it has in the file', async () => {
    const landing = await start({ partBytes: 700 });
    const [one, two, ...others] = orders(6);
    const parts = await landed(landing, text(one!, two!, '{"Id":"é"}', ...others));
    await landing.load(parts);
    expect(parts.length).toBeGreaterThan(2);
    expect(await landing.quarantined()).toMatchObject([
      { path: 'Order.Id', origin: { type: 'file', file: NAME, offset: text(one!, two!).length } },
    ]);
    expect(await merged(landing)).toHaveLength(6);
    const files = [...(await landing.run()).files.values()];
    expect(files.reduce((sum, { loaded }) => sum + (loaded?.unreadable ?? 0), 0)).toBe(1);
  });

  test('of an object that was overwritten ends quietly and stays unread; the other version is loaded by its own event', async () => {
    const landing = await start();
    const old = await landed(landing, text(...orders(12)));
    const parts = await landed(landing, text(orderLine(90), orderLine(91)));
    expect(await landing.load(old)).toEqual(old.map(() => allDone));
    expect(await merged(landing)).toEqual([]);
    expect(landing.replaced).toHaveLength(old.length);
    expect(await landing.load(parts)).toEqual(parts.map(() => allDone));
    expect(await merged(landing)).toHaveLength(2);
    expect(stateOfRun(await landing.run())).toBe('open');
    expect(await landing.quarantined()).toEqual([]);
  });

  test('of an object that is gone is put aside', async () => {
    const landing = await start();
    const parts = await landed(landing, text(...orders(2)));
    landing.s3.remove(keyOf('a'));
    expect(await landing.load(parts)).toEqual(parts.map(() => allDone));
    expect(await landing.quarantined()).toMatchObject([{ origin: { file: NAME }, path: 'file' }]);
  });

  test('of an object that nobody mapped is put aside as the inbox does, without being read', async () => {
    const landing = await start();
    const ref = { ...REF, flow: 'Unheard' };
    const parts = await landed(landing, text(...orders(12)), keyOf('a', ref));
    const before = landing.s3.asked.length;
    expect(await landing.load(parts)).toEqual([allDone]);
    expect(landing.s3.asked).toHaveLength(before);
    expect(await landing.quarantined()).toMatchObject([{ reason: expect.stringMatching(/object of the mapping/) }]);
    expect([...(await landing.run(ref)).files.values()]).toMatchObject([{ loaded: { rows: 0, unreadable: 1 } }]);
  });

  test('of an object that is ignored is counted', async () => {
    const landing = await start({ mapping: { ...retail, ignored: ['Lead'] } });
    const ref = { ...REF, flow: 'Lead' };
    const parts = await landed(landing, text(...orders(12)), keyOf('a', ref));
    await landing.load(parts);
    const files = [...(await landing.run(ref)).files.values()];
    expect(files.length).toBeGreaterThan(1);
    expect(files.reduce((sum, { loaded }) => sum + (loaded?.rows ?? 0), 0)).toBe(12);
    expect(await merged(landing)).toEqual([]);
  });

  test('of a file without records is put aside as the inbox does', async () => {
    const landing = await start();
    await landing.load(await landed(landing, Buffer.alloc(0)));
    expect(await landing.quarantined()).toMatchObject([{ reason: 'expected at least one record' }]);
  });

  test('within one line that is longer than it has no rows, and that is no fault', async () => {
    const landing = await start({ partBytes: 300 });
    const parts = await landed(landing, text(orderLine(1, { Description: 'x'.repeat(2_000) }), orderLine(2)));
    await landing.load(parts);
    expect(parts.length).toBeGreaterThan(7);
    expect(await landing.quarantined()).toEqual([]);
    expect(await merged(landing)).toHaveLength(2);
  });
});

describe('a part is given back', () => {
  const away = (isAway: () => boolean, what: 'records' | 'quarantine') => (landing: { current: Landing | null }) => {
    const real = () => landing.current!.stores;
    const records: LoadPartDeps['records'] = {
      load: (refs) => (isAway() ? unavailable() : real().records.load(refs)),
      loadChanged: (rows) => (isAway() ? unavailable() : real().records.loadChanged(rows)),
      commit: (transaction) => real().records.commit(transaction),
    };
    const quarantine: LoadPartDeps['quarantine'] = {
      put: (items) => (isAway() ? unavailable() : real().quarantine.put(items)),
    };
    return what === 'records' ? { records } : { quarantine };
  };

  test.each(['records', 'quarantine'] as const)(
    'while the store of %s is unavailable, and done when it comes again',
    async (what) => {
      const state = { isAway: true, pauses: 0 };
      const current: { current: Landing | null } = { current: null };
      const landing = await start({
        load: {
          ...away(() => state.isAway, what)(current),
          pause: async () => {
            state.pauses += 1;
          },
        },
      });
      current.current = landing;
      const parts = await landed(landing, text(orderLine(1), '{"Id":"none"}'));
      expect(await landing.load(parts)).toEqual([givenBack]);
      expect(landing.failures).toMatchObject([expect.stringMatching(/the store is unavailable/)]);
      expect(state.pauses).toBeLessThan(20);
      expect([...(await landing.run()).files.values()]).toMatchObject([{ loaded: null }]);

      state.isAway = false;
      expect(await landing.load(parts)).toEqual([allDone]);
      expect(await merged(landing)).toHaveLength(1);
      expect(await landing.quarantined()).toHaveLength(1);
    },
  );

  test('also where a batch fails while later lines are still being read', async () => {
    const current: { current: Landing | null } = { current: null };
    const landing = await start({
      partBytes: 10_000_000,
      load: {
        records: {
          load: (refs) =>
            refs.some(({ id }) => id === salesforceId('Order', 1))
              ? unavailable()
              : current.current!.stores.records.load(refs),
          loadChanged: (rows) =>
            rows.some(({ ref }) => ref.id === salesforceId('Order', 1))
              ? unavailable()
              : current.current!.stores.records.loadChanged(rows),
          commit: (transaction) => current.current!.stores.records.commit(transaction),
        },
      },
    });
    current.current = landing;
    const parts = await landed(landing, text(...orders(1_600)));
    expect(await landing.load(parts)).toEqual([givenBack]);
    expect([...(await landing.run()).files.values()]).toMatchObject([{ loaded: null }]);
  });

  test('when its time is up, well before it is over', async () => {
    const landing = await start({ partBytes: 10_000_000 });
    const parts = await landed(landing, text(...orders(50)));
    expect(await landing.load(parts, () => 20_000)).toEqual([givenBack]);
    expect(landing.failures).toMatchObject([expect.stringMatching(/time is up/)]);
    expect(await landing.load(parts)).toEqual([allDone]);
    expect(await merged(landing)).toHaveLength(50);
  });

  test('when S3 does not answer', { timeout: 60_000 }, async () => {
    const landing = await start();
    const parts = await landed(landing, text(orderLine(1)));
    landing.s3.onGet(...Array.from({ length: 5 }, () => ({ error: 'AccessDenied', status: 403 })));
    expect(await landing.load(parts)).toEqual([givenBack]);
  });

  test('unless it is none: that is put aside', async () => {
    const landing = await start();
    for (const body of ['Zx9-canary', '{"key":"a"}', JSON.stringify({ ...part, key: 'elsewhere' })]) {
      expect(await landing.load([body])).toEqual([allDone]);
    }
    const aside = await landing.quarantined();
    expect(aside.length).toBeGreaterThan(0);
    expect(JSON.stringify(aside)).not.toContain('canary');
  });
});

const part = { key: keyOf('a'), etag: 'e', size: 1, modifiedAt: 1, from: 0, to: 1, isPacked: false };
test('a message of a part is read as it was written', () => {
  expect(readPartMessage(JSON.stringify(part))).toMatchObject({ right: part });
});
