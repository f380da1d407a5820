import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { s3Objects } from '#adapters/s3/objects.ts';
import { type ByteSource, BytesUnreadable } from '#adapters/source/byteSource.ts';
import { byteSourceContract, read } from '#test/contract/byteSource.ts';
import { type S3Server, slowDown, startS3Server } from '#test/support/s3Server.ts';

let server: S3Server;
beforeEach(async () => {
  server = await startS3Server();
});
afterEach(() => server.stop());

const KEY = 'flows/Contact/run-1/a file+é';
const objects = () => s3Objects({ ...server, pause: async () => {} });
const found = async (key = KEY): Promise<ByteSource> => {
  const source = await objects().find(key)();
  if (E.isLeft(source)) throw source.left;
  return source.right;
};
const bytes = Buffer.from('0123456789'.repeat(30_000));
const ranges = () => server.asked.flatMap(({ range }) => range ?? []);
const failure = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => null,
    (error: unknown) => error,
  );

let count = 0;
byteSourceContract('an object in S3', async (content) => {
  count += 1;
  server.put(`any ${count}`, content);
  return found(`any ${count}`);
});

describe('an object in S3', () => {
  test('is asked for once for a whole range', async () => {
    server.put(KEY, bytes);
    expect(await read(await found(), 5, 250_000)).toEqual(bytes.subarray(5, 250_000));
    expect(ranges()).toEqual(['bytes=5-249999']);
  });

  test('whose body breaks off is read on from where it broke', async () => {
    server.put(KEY, bytes);
    server.onGet({ cutAfter: 100_000 }, { cutAfter: 50_000 }, null);
    expect(await read(await found(), 0, bytes.length)).toEqual(bytes);
    const starts = ranges().map((range) => Number(/\d+/.exec(range)?.[0]));
    expect(starts).toHaveLength(3);
    expect(starts[0]).toBe(0);
    expect(starts[1]).toBeGreaterThan(0);
    expect(starts[2]).toBeGreaterThan(starts[1]!);
    expect(starts[2]).toBeLessThanOrEqual(150_000);
  });

  test('that breaks off again and again is read to its end, as long as each time brings something', async () => {
    server.put(KEY, bytes);
    server.onGet(...Array.from({ length: 12 }, () => ({ cutAfter: 10_000 })));
    expect(await read(await found(), 0, bytes.length)).toEqual(bytes);
  });

  test('that breaks off again and again without a byte in between is given up, for a while', async () => {
    server.put(KEY, bytes);
    server.onGet(...Array.from({ length: 20 }, () => ({ cutAfter: 0 })));
    expect(await failure(read(await found(), 0, 100))).toMatchObject({ name: 'BytesUnreadable', type: 'unavailable' });
    expect(ranges().length).toBeLessThan(20);
  });

  test('is asked for again where S3 asks to slow down', { timeout: 60_000 }, async () => {
    server.put(KEY, bytes);
    const source = await found();
    server.onGet(slowDown, slowDown);
    expect(await read(source, 0, 10)).toEqual(bytes.subarray(0, 10));
  });

  test('that was overwritten is not read on, even by one byte', async () => {
    server.put(KEY, bytes);
    const source = await found();
    server.put(KEY, Buffer.from(bytes).fill('x'));
    expect(await failure(read(source, 0, 10))).toMatchObject({ type: 'replaced' });
  });

  test('that is overwritten while it is read is left where its body broke off', async () => {
    server.put(KEY, bytes);
    const source = await found();
    server.onGet({ cutAfter: 1_000 });
    const got: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of source.read(0, bytes.length)) {
        got.push(Buffer.from(chunk));
        server.put(KEY, Buffer.from(bytes).fill('x'));
      }
    })();
    expect(await failure(reading)).toMatchObject({ type: 'replaced' });
    expect(Buffer.concat(got).includes('x')).toBe(false);
  });

  test('that is not there is missing, before it is read and after it was found', async () => {
    expect(await objects().find(KEY)()).toEqual(E.left(expect.objectContaining({ type: 'missing' })));
    server.put(KEY, bytes);
    const source = await found();
    server.remove(KEY);
    expect(await failure(read(source, 0, 10))).toMatchObject({ type: 'missing' });
  });

  test('that may not be read is unavailable: the permission may come', async () => {
    server.put(KEY, bytes);
    const source = await found();
    server.onGet({ error: 'AccessDenied', status: 403 });
    const error = await failure(read(source, 0, 10));
    expect(error).toBeInstanceOf(BytesUnreadable);
    expect(error).toMatchObject({ type: 'unavailable', message: expect.stringContaining('AccessDenied') });
  });

  test('is taken no faster than it is read: what nobody asked for yet stays where it is', async () => {
    server.put(KEY, Buffer.alloc(100 * 1024 * 1024, 'a line\n'));
    const source = await found();
    for await (const chunk of source.read(0, source.size)) {
      expect(chunk.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(server.sent()).toBeLessThan(20 * 1024 * 1024);
      break;
    }
  });
});
