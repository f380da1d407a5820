import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPartMessage } from '#adapters/source/partMessage.ts';
import { MAX_PACKED_BYTES } from '#adapters/source/parts.ts';
import { retail, stateOfRun } from '#domain/index.ts';
import { runs, throttled, unknownFlow } from '#test/support/appFlowServer.ts';
import {
  allDone,
  createdEvent,
  givenBack,
  keyOf,
  type Landing,
  orderLine,
  REF,
  STARTED_AT,
  landingOfTest as start,
  unavailable,
} from '#test/support/landing.ts';

const text = (rows: number): Buffer =>
  Buffer.from(Array.from({ length: rows }, (_, index) => `${orderLine(index + 1)}\n`).join(''));
const sent = ({ sqs }: Landing) =>
  sqs.taken.map((body) => readPartMessage(body)).map((read) => 'right' in read && read.right);

describe('a file that landed', () => {
  test('is cut into parts, each a message that names one version of the object', async () => {
    const landing = await start({ partBytes: 1_000 });
    landing.s3.put(keyOf('part 1'), Buffer.alloc(2_500, 'a\n'));
    expect(await landing.split(createdEvent(keyOf('part 1')))).toEqual(allDone);
    const version = { key: keyOf('part 1'), etag: expect.stringMatching(/^"/), size: 2_500, isPacked: false };
    expect(sent(landing)).toMatchObject([
      { ...version, from: 0, to: 1_000 },
      { ...version, from: 1_000, to: 2_000 },
      { ...version, from: 2_000, to: 2_500 },
    ]);
    expect([...(await landing.run()).files.keys()]).toEqual(['part 1@0-1000', 'part 1@1000-2000', 'part 1@2000-2500']);
  });

  test('is found by its key as it comes, which no other notification of S3 would leave so', async () => {
    const landing = await start();
    const key = keyOf('2026-11-20T08:00:00+01:00 a%20b é.json');
    landing.s3.put(key, text(1));
    expect(await landing.split(createdEvent(key))).toEqual(allDone);
    expect(sent(landing)).toMatchObject([{ key }]);
  });

  test('was extracted when AppFlow says that its run began, for which it is asked once a run', async () => {
    const landing = await start({ partBytes: 400 });
    landing.appFlowKnows(STARTED_AT);
    for (const name of ['a', 'b', 'c']) landing.s3.put(keyOf(name), text(3));
    await landing.split(createdEvent(keyOf('a')), createdEvent(keyOf('b')));
    await landing.split(createdEvent(keyOf('c')));
    const { startedAt, files } = await landing.run();
    expect(startedAt).toBe(STARTED_AT);
    expect(files.size).toBeGreaterThan(6);
    for (const { extraction } of files.values()) expect(extraction).toEqual({ at: STARTED_AT, known: true });
    expect(landing.describes()).toBe(1);
  });

  test('of a run that AppFlow does not know, or may not tell of, was extracted before it was written, as far as is known', async () => {
    for (const knows of [runs([]), unknownFlow, { error: 'AccessDeniedException', status: 403 }]) {
      const landing = await start();
      landing.onDescribe(knows);
      landing.s3.put(keyOf('a'), text(1), Date.UTC(2026, 10, 20, 9));
      expect(await landing.split(createdEvent(keyOf('a')))).toEqual(allDone);
      expect([...(await landing.run()).files.values()]).toEqual([
        { extraction: { at: Date.UTC(2026, 10, 20, 9), known: false }, loaded: null },
      ]);
    }
  });

  test('of a run that is listed a moment later is the last of it without its start', async () => {
    const landing = await start();
    for (const name of ['a', 'b']) landing.s3.put(keyOf(name), text(1));
    landing.onDescribe(runs([]));
    await landing.split(createdEvent(keyOf('a')));
    landing.appFlowKnows(STARTED_AT);
    await landing.split(createdEvent(keyOf('b')));
    const known = [...(await landing.run()).files.values()].map(({ extraction }) => extraction?.known);
    expect(known).toEqual([false, true]);
  });

  test('waits while AppFlow does not answer: an extraction time is fixed once and for all', async () => {
    const landing = await start();
    landing.onDescribe(throttled);
    landing.s3.put(keyOf('a'), text(1));
    expect(await landing.split(createdEvent(keyOf('a')))).toEqual(givenBack);
    expect((await landing.run()).files.size).toBe(0);
    landing.appFlowKnows(STARTED_AT);
    expect(await landing.split(createdEvent(keyOf('a')))).toEqual(allDone);
    expect((await landing.run()).startedAt).toBe(STARTED_AT);
  });

  test('has every part open in the ledger before the first is sent', async () => {
    const landing = await start({ partBytes: 400 });
    landing.s3.put(keyOf('a'), text(10));
    landing.sqs.onSend(...Array.from({ length: 9 }, () => null));
    expect(await landing.split(createdEvent(keyOf('a')))).toEqual(givenBack);
    const { files } = await landing.run();
    expect(landing.sqs.taken).toEqual([]);
    expect(files.size).toBe(Math.ceil(text(10).length / 400));
    expect([...files.values()].every(({ loaded }) => loaded === null)).toBe(true);
  });

  test('told of twice is sent twice and changes nothing in the ledger', async () => {
    const landing = await start({ partBytes: 400 });
    landing.s3.put(keyOf('a'), text(10));
    await landing.split(createdEvent(keyOf('a')));
    const [run, once] = [await landing.run(), [...landing.sqs.taken]];
    landing.stores.meter.reset();
    expect(await landing.split(createdEvent(keyOf('a')))).toEqual(allDone);
    expect(landing.stores.meter.read().writeUnits).toBe(0);
    expect(await landing.run()).toEqual(run);
    expect(landing.sqs.taken).toEqual([...once, ...once]);
  });

  test('without a byte is one part', async () => {
    const landing = await start();
    landing.s3.put(keyOf('a'), Buffer.alloc(0));
    await landing.split(createdEvent(keyOf('a')));
    expect(sent(landing)).toMatchObject([{ from: 0, to: 0, isPacked: false }]);
  });

  test('of an object that is ignored is cut as any, to be counted; of one that nobody mapped it is one part', async () => {
    const landing = await start({ mapping: { ...retail, ignored: ['Lead'] } });
    for (const [flow, parts] of [
      ['Lead', 3],
      ['Unheard', 1],
    ] as const) {
      const key = keyOf('a', { ...REF, flow });
      landing.s3.put(key, Buffer.alloc(2_500, 'a\n'));
      await landing.split(createdEvent(key));
      expect((await landing.run({ ...REF, flow })).files.size).toBe(parts);
    }
  });

  test('in gzip is one part', async () => {
    const landing = await start({ partBytes: 100 });
    const packed = gzipSync(text(100));
    landing.s3.put(keyOf('a'), packed);
    await landing.split(createdEvent(keyOf('a')));
    expect(sent(landing)).toMatchObject([{ from: 0, to: packed.length, isPacked: true }]);
  });

  test('in gzip that is too large for one worker is put aside, and its run stays open', async () => {
    const landing = await start();
    const large = Buffer.alloc(MAX_PACKED_BYTES + 1);
    large.set([0x1f, 0x8b]);
    landing.s3.put(keyOf('a'), large);
    expect(await landing.split(createdEvent(keyOf('a')))).toEqual(allDone);
    expect(landing.sqs.taken).toEqual([]);
    expect(await landing.quarantined()).toMatchObject([
      { origin: { file: `${REF.flow}/${REF.executionId}/a` }, reason: expect.stringMatching(/gzip file of at most/) },
    ]);
    expect(stateOfRun(await landing.run())).toBe('open');
  });
});

describe('what is no file to load', () => {
  test.each([
    ['a file that is gone again', createdEvent(keyOf('a')), /be there still/],
    ['a file outside the folders of runs', createdEvent('flows/all-orders/file'), /expected a place flows/],
    ['a file of another bucket', createdEvent(keyOf('a'), 'another'), /the bucket test-landing/],
    ['what is no event', 'Zx9-canary', /expected an EventBridge event/],
    ['an event without a key', createdEvent(keyOf('a')).replace('"key"', '"no"'), /expected string/],
  ])('such as %s is put aside, and stops nothing else', async (_, body, reason) => {
    const landing = await start();
    landing.s3.put(keyOf('other'), text(1));
    expect(await landing.split(body, createdEvent(keyOf('other')))).toEqual(allDone);
    const aside = await landing.quarantined();
    expect(aside).toMatchObject([{ type: 'input', reason: expect.stringMatching(reason), content: null }]);
    expect(JSON.stringify(aside)).not.toContain('canary');
    expect(landing.sqs.taken).toHaveLength(1);
  });

  test('such as a folder, or an event of another kind, is passed over', async () => {
    const landing = await start();
    const deleted = createdEvent(keyOf('a')).replace('Object Created', 'Object Deleted');
    expect(await landing.split(createdEvent(keyOf('folder/')), deleted)).toEqual(allDone);
    expect(await landing.quarantined()).toEqual([]);
  });

  test('comes again while the store is unavailable, alone', async () => {
    const landing = await start({ split: { quarantine: { put: unavailable } } });
    landing.s3.put(keyOf('other'), text(1));
    expect(await landing.split('none', createdEvent(keyOf('other')))).toEqual(givenBack);
    expect(landing.sqs.taken).toHaveLength(1);
  });
});
