import { describe, expect, test } from 'vitest';
import { journal } from '#adapters/local/journal.ts';
import type { DeadRecord } from '#adapters/local/pipe.ts';
import type { LocalPipes } from '#adapters/local/pipes.ts';
import type { StreamRecord } from '#adapters/local/streamPort.ts';
import { topology } from '#adapters/topology.ts';
import { busesOf, type Local, local, nameOf, numbered, pipesOf, pipeWith, putCommit, putView } from './support.ts';

/** The promise of `caughtUp`, as its documentation words it. */
const processed = async (pipes: LocalPipes): Promise<void> => {
  const writtenBefore = performance.now();
  const isDone = () => {
    const { settled, lastEmptyPollStartedAt, lastBatchEndedAt } = pipes.caughtUp();
    return settled && lastEmptyPollStartedAt > Math.max(writtenBefore, lastBatchEndedAt);
  };
  await expect.poll(isDone, { timeout: 20_000, interval: 10 }).toBe(true);
};
const dead = async (db: Local, queue: string) =>
  (await journal(db, `queue#${queue}`).read(0n, 10)).map(({ text }) => JSON.parse(text) as DeadRecord);
const failuresOf = (records: readonly unknown[]) => ({
  batchItemFailures: records.map((record) => ({ itemIdentifier: (record as StreamRecord).eventID })),
});

describe('a pipe to a function', () => {
  test('brings every record once, in order, in batches no larger than declared, in the shape Lambda gets', async () => {
    const db = await local();
    const records: StreamRecord[] = [];
    const sizes: number[] = [];
    const projector = async (batch: unknown[]) => {
      sizes.push(batch.length);
      records.push(...(batch as StreamRecord[]));
    };
    const pipes = pipesOf(db, { poke: pipeWith({ batchSize: 7 }) }, { projector });
    for (const v of numbered(30)) await putCommit(db, 'm', v);
    await pipes.start();
    await processed(pipes);
    await putCommit(db, 'm', 31);
    await processed(pipes);
    expect(records.map(nameOf)).toEqual(numbered(31).map((v) => `m ${v}`));
    expect(Math.max(...sizes)).toBe(7);
    expect(records[0]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventName: 'INSERT',
      dynamodb: {
        Keys: { p: { S: 'm' }, v: { N: '1' } },
        NewImage: { body: { B: Buffer.from('m 1').toString('base64') } },
        StreamViewType: 'NEW_IMAGE',
      },
    });
    expect(records[0]?.dynamodb.ApproximateCreationDateTime).toBeGreaterThan(1.7e9);
  });

  test('a new process goes on where the old one stopped: nothing lost, nothing done twice', async () => {
    const db = await local();
    const seen: string[] = [];
    const projector = async (batch: unknown[]) => void seen.push(...batch.map(nameOf));
    const first = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await first.start();
    for (const v of numbered(12)) await putCommit(db, 'm', v);
    await processed(first);
    await first.stop();
    for (const v of numbered(12, 13)) await putCommit(db, 'm', v);
    const second = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await second.start();
    await processed(second);
    expect(seen).toEqual(numbered(24).map((v) => `m ${v}`));
  });

  test('a stop in the middle of retries leaves the records to the next process', async () => {
    const db = await local();
    await putCommit(db, 'm', 1);
    let tries = 0;
    const first = pipesOf(
      db,
      { poke: pipeWith({}) },
      { projector: async () => Promise.reject(new Error(`no ${tries++}`)) },
    );
    await first.start();
    await expect.poll(() => tries).toBeGreaterThan(1);
    await first.stop();
    const seen: string[] = [];
    const second = pipesOf(
      db,
      { poke: pipeWith({}) },
      { projector: async (batch) => void seen.push(...batch.map(nameOf)) },
    );
    await second.start();
    await processed(second);
    expect(seen).toEqual(['m 1']);
    expect(await dead(db, 'pokeDead')).toEqual([]);
  });

  test('a partial failure is retried from the lowest failed record on', async () => {
    const db = await local();
    const calls: string[][] = [];
    const projector = async (batch: unknown[]) => {
      calls.push(batch.map(nameOf));
      return calls.length === 1 ? failuresOf([batch[3], batch[1]]) : undefined;
    };
    for (const v of numbered(4)) await putCommit(db, 'm', v);
    const pipes = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await pipes.start();
    await processed(pipes);
    expect(calls).toEqual([
      ['m 1', 'm 2', 'm 3', 'm 4'],
      ['m 2', 'm 3', 'm 4'],
    ]);
  });

  test('a throw halves the batch until the record at fault is alone, which then dies while the others flow', async () => {
    const db = await local();
    const calls: string[][] = [];
    const projector = async (batch: unknown[]) => {
      const names = batch.map(nameOf);
      calls.push(names);
      if (names.includes('m 3')) throw new Error('cannot');
    };
    for (const v of numbered(5)) await putCommit(db, 'm', v);
    const pipes = pipesOf(db, { poke: pipeWith({ maximumRetryAttempts: 2 }) }, { projector });
    await pipes.start();
    await processed(pipes);
    expect(calls.map((names) => names.join())).toEqual([
      'm 1,m 2,m 3,m 4,m 5',
      'm 1,m 2,m 3',
      'm 1,m 2',
      'm 3',
      'm 3',
      'm 3',
      'm 4,m 5',
    ]);
    expect(await dead(db, 'pokeDead')).toMatchObject([
      { pipe: 'poke', keys: { p: { S: 'm' }, v: { N: '3' } }, attempts: 3, reason: 'Error: cannot' },
    ]);
  });

  test('a record that is named over and over dies after its attempts, and the rest of its batch goes on', async () => {
    const db = await local();
    const handled = new Set<string>();
    const projector = async (batch: unknown[]) => {
      const bad = batch.findIndex((record) => nameOf(record) === 'm 2');
      for (const record of bad === -1 ? batch : batch.slice(0, bad)) handled.add(nameOf(record));
      return bad === -1 ? undefined : failuresOf([batch[bad]]);
    };
    for (const v of numbered(4)) await putCommit(db, 'm', v);
    const pipes = pipesOf(db, { poke: pipeWith({ maximumRetryAttempts: 1 }) }, { projector });
    await pipes.start();
    await processed(pipes);
    expect([...handled]).toEqual(['m 1', 'm 3', 'm 4']);
    expect(await dead(db, 'pokeDead')).toMatchObject([{ keys: { v: { N: '2' } }, attempts: 2 }]);
  });

  test('a record too old dies after a few failures, long before its retries are over', async () => {
    const db = await local();
    const names: string[] = [];
    const projector = async (batch: unknown[]) => {
      names.push(...batch.map(nameOf));
      throw new Error('cannot');
    };
    await putCommit(db, 'm', 1);
    const pipes = pipesOf(db, { poke: pipeWith({}) }, { projector }, { nowMs: () => Date.now() + 90_000_000 });
    await pipes.start();
    await processed(pipes);
    expect(names).toEqual(Array.from({ length: 11 }, () => 'm 1'));
    expect(await dead(db, 'pokeDead')).toMatchObject([{ attempts: 11 }]);
  });

  test('lanes run side by side and keep the order of one item', async () => {
    const db = await local();
    let running = 0;
    let most = 0;
    const perItem = new Map<string, string[]>();
    const projector = async (batch: unknown[]) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      for (const record of batch) {
        const name = nameOf(record);
        perItem.set(name, [
          ...(perItem.get(name) ?? []),
          String((record as StreamRecord).dynamodb.NewImage?.changed?.S),
        ]);
      }
      running -= 1;
    };
    for (const n of numbered(60)) await putView(db, `m${n % 12}`, String(n));
    const pipes = pipesOf(
      db,
      { poke: pipeWith({ table: 'views', batchSize: 5, parallelizationFactor: 4 }) },
      { projector },
    );
    await pipes.start();
    await processed(pipes);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    for (const seen of perItem.values()) expect(seen).toEqual(seen.toSorted((a, b) => Number(a) - Number(b)));
    expect([...perItem.values()].flat()).toHaveLength(60);
  });

  test('a batching window gathers what arrives within it', async () => {
    const db = await local();
    const sizes: number[] = [];
    const pipes = pipesOf(
      db,
      { poke: pipeWith({ maximumBatchingWindowSeconds: 1 }) },
      { projector: async (batch) => void sizes.push(batch.length) },
    );
    await pipes.start();
    for (const v of numbered(10)) await putCommit(db, 'm', v);
    await processed(pipes);
    expect(sizes).toEqual([10]);
  });
});

describe('the publish pipe', () => {
  const detail = (record: unknown) => ({
    detailType: 'WalletPassUpdated',
    detail: { memberId: nameOf(record), at: { deep: 1 } },
  });

  test('lets only changed passes through its enrichment to the wallet bus', async () => {
    const db = await local();
    const buses = busesOf(db);
    const asked: string[] = [];
    const walletEvent = async (batch: unknown[]) => {
      asked.push(...batch.map(nameOf));
      return batch.map(detail);
    };
    const pipes = pipesOf(
      db,
      {
        publish: { ...topology.pipes.publish, source: { ...topology.pipes.publish.source, parallelizationFactor: 1 } },
      },
      { walletEvent },
      { putEvents: buses.putEvents },
    );
    for (const n of numbered(30)) await putView(db, `m${n}`, n % 2 === 0 ? '["tier"]' : null);
    await pipes.start();
    await processed(pipes);
    const carried = (await buses.read('wallet', 0n, 100)).map(
      ({ text }) => JSON.parse(text) as { source: string; 'detail-type': string; detail: { memberId: string } },
    );
    const even = numbered(30)
      .filter((n) => n % 2 === 0)
      .map((n) => `m${n}`);
    expect(asked).toEqual(even);
    expect(carried.map((event) => event.detail.memberId)).toEqual(even);
    expect(carried[0]).toMatchObject({
      source: 'billfold.wallet',
      'detail-type': 'WalletPassUpdated',
      detail: { at: { deep: 1 } },
    });
  });

  test('an enrichment may drop records, and one that answers nonsense sends them to the dead letters', async () => {
    const db = await local();
    const buses = busesOf(db);
    const publish = {
      ...topology.pipes.publish,
      source: { ...topology.pipes.publish.source, parallelizationFactor: 1, maximumRetryAttempts: 1 },
    };
    const walletEvent = async (batch: unknown[]) => {
      if (batch.some((record) => nameOf(record) === 'odd')) return [{ detail: {} }];
      return batch.filter((record) => nameOf(record) !== 'dropped').map(detail);
    };
    const pipes = pipesOf(db, { publish }, { walletEvent }, { putEvents: buses.putEvents });
    for (const name of ['dropped', 'odd', 'fine']) await putView(db, name, '["tier"]');
    await pipes.start();
    await processed(pipes);
    expect(
      (await buses.read('wallet', 0n, 100)).map(
        ({ text }) => (JSON.parse(text) as { detail: { memberId: string } }).detail.memberId,
      ),
    ).toEqual(['fine']);
    expect(await dead(db, 'publishDead')).toMatchObject([
      { keys: { p: { S: 'odd' } }, reason: 'Error: nothing at $.detailType of the enriched event' },
    ]);
  });
});

describe('all pipes', () => {
  test('a chain is caught up only when what the first pipe wrote has come out of the last', async () => {
    const db = await local();
    const buses = busesOf(db);
    const projector = async (batch: unknown[]) => {
      for (const record of batch) await putView(db, nameOf(record), '["tier"]');
    };
    const walletEvent = async (batch: unknown[]) =>
      batch.map((record) => ({ detailType: 'WalletPassIssued', detail: { memberId: nameOf(record) } }));
    const pipes = pipesOf(
      db,
      { poke: topology.pipes.poke, publish: topology.pipes.publish },
      { projector, walletEvent },
      { putEvents: buses.putEvents },
    );
    await pipes.start();
    for (const round of numbered(5)) {
      for (const v of numbered(20)) await putCommit(db, `m${round}`, v);
      await processed(pipes);
      expect(await buses.read('wallet', 0n, 1_000)).toHaveLength(round * 20);
    }
  });

  test('a paused pipe stays paused in the next process, and resume brings what it missed', async () => {
    const db = await local();
    const seen: string[] = [];
    const projector = async (batch: unknown[]) => void seen.push(...batch.map(nameOf));
    const first = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await first.start();
    await first.pause('poke');
    await putCommit(db, 'm', 1);
    await first.stop();
    const second = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await second.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(second.status().poke).toMatchObject({ desired: 'STOPPED', state: 'STOPPED', waiting: true });
    expect(second.caughtUp().settled).toBe(false);
    expect(seen).toEqual([]);
    await second.resume('poke');
    await processed(second);
    expect(seen).toEqual(['m 1']);
  });

  test('a paused pipe for which nothing waits holds nobody up; what its filter drops does not wait for it', async () => {
    const db = await local();
    const asked: string[] = [];
    const walletEvent = async (batch: unknown[]) => {
      asked.push(...batch.map(nameOf));
      return [];
    };
    const pipes = pipesOf(db, { publish: topology.pipes.publish }, { walletEvent });
    await pipes.start();
    await pipes.pause('publish');
    await processed(pipes);
    await putView(db, 'unchanged', null);
    await processed(pipes);
    expect(pipes.status().publish).toMatchObject({ state: 'STOPPED', waiting: false });
    await putView(db, 'changed', '["tier"]');
    await expect.poll(() => pipes.status().publish).toMatchObject({ state: 'STOPPED', waiting: true, settled: false });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(pipes.caughtUp().settled).toBe(false);
    expect(asked).toEqual([]);
    await pipes.resume('publish');
    await processed(pipes);
    expect(asked).toEqual(['changed']);
  });

  test('however pauses and resumes follow each other, the last one holds and nothing is lost or doubled', async () => {
    const db = await local();
    const seen: string[] = [];
    const projector = async (batch: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(...batch.map(nameOf));
    };
    const pipes = pipesOf(db, { poke: pipeWith({ batchSize: 3 }) }, { projector });
    // Asked for before the start: it is not forgotten by it.
    const all = [pipes.pause('poke'), pipes.start(), pipes.resume('poke')];
    for (const v of numbered(20)) {
      await putCommit(db, 'm', v);
      all.push(v % 2 === 0 ? pipes.resume('poke') : pipes.pause('poke'));
    }
    await Promise.all(all);
    await processed(pipes);
    expect(pipes.status().poke).toMatchObject({ desired: 'RUNNING', state: 'RUNNING' });
    expect(seen).toEqual(numbered(20).map((v) => `m ${v}`));
    await Promise.all([pipes.resume('poke'), pipes.pause('poke')]);
    expect(pipes.status().poke).toMatchObject({ desired: 'STOPPED', state: 'STOPPED' });
  });

  test('a pause in the middle of a page delivers what it has read, so that the next process does not again', async () => {
    const db = await local();
    const seen: string[] = [];
    const projector = async (batch: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(...batch.map(nameOf));
    };
    for (const v of numbered(30)) await putCommit(db, 'm', v);
    const first = pipesOf(db, { poke: pipeWith({ batchSize: 1 }) }, { projector });
    await first.start();
    await expect.poll(() => seen.length, { interval: 1 }).toBeGreaterThan(2);
    expect(seen.length).toBeLessThan(30);
    await first.pause('poke');
    await first.stop();
    const second = pipesOf(db, { poke: pipeWith({ batchSize: 1 }) }, { projector });
    await second.start();
    await second.resume('poke');
    await processed(second);
    expect(seen).toEqual(numbered(30).map((v) => `m ${v}`));
  });

  test('a pause in the middle of retries leaves what failed to the resume, and only that', async () => {
    const db = await local();
    const seen: string[] = [];
    const works = new Set<string>();
    let tries = 0;
    const projector = async (batch: unknown[]) => {
      if (!works.has('m3') && batch.some((record) => nameOf(record) === 'm3')) throw new Error(`no ${tries++}`);
      seen.push(...batch.map(nameOf));
    };
    for (const n of numbered(12)) await putView(db, `m${n}`, null);
    const source = { table: 'views', batchSize: 1, parallelizationFactor: 4 } as const;
    const pipes = pipesOf(db, { poke: pipeWith(source) }, { projector });
    await pipes.start();
    await expect.poll(() => tries).toBeGreaterThan(2);
    await pipes.pause('poke');
    works.add('m3');
    await pipes.resume('poke');
    await processed(pipes);
    expect(seen.map((name) => Number(name.slice(1))).toSorted((a, b) => a - b)).toEqual(numbered(12));
  });

  test('a pause waits for the batch in flight, and says so meanwhile', async () => {
    const db = await local();
    const inFlight = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const projector = async () => {
      inFlight.resolve();
      await release.promise;
    };
    const pipes = pipesOf(db, { poke: pipeWith({}) }, { projector });
    await pipes.start();
    await putCommit(db, 'm', 1);
    await inFlight.promise;
    const pausing = pipes.pause('poke');
    await expect.poll(() => pipes.status().poke).toMatchObject({ desired: 'STOPPED', state: 'STOPPING' });
    release.resolve();
    await pausing;
    expect(pipes.status().poke).toMatchObject({ state: 'STOPPED' });
  });

  test('a filter that pipes do not support is refused before anything starts', async () => {
    const db = await local();
    expect(() =>
      pipesOf(
        db,
        { poke: { ...pipeWith({}), filters: [{ dynamodb: { Keys: { p: { S: [{ wildcard: '*' }] } } } }] } },
        {},
      ),
    ).toThrow('dynamodb.Keys.p.S');
  });
});
