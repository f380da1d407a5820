import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkpoints } from '#adapters/local/checkpoints.ts';
import { journal } from '#adapters/local/journal.ts';
import { local, numbered } from './support.ts';

describe('a journal', () => {
  test('gives back what was appended, in order, with rising sequence numbers', async () => {
    const log = journal(await local(), 'j');
    const [first, second] = await log.append(['one', 'two']);
    const [third] = await log.append(['three']);
    expect([first, second, third]).toEqual([1n, 2n, 3n]);
    expect((await log.read(0n, 10)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect((await log.read(1n, 1)).map(({ text }) => text)).toEqual(['two']);
    expect(await log.read(3n, 10)).toEqual([]);
  });

  test('keeps the order of appends made at the same time', async () => {
    const log = journal(await local(), 'j');
    const sequences = await Promise.all(numbered(120).map((n) => log.append([`a${n}`, `b${n}`])));
    const read = await log.read(0n, 1_000);
    expect(read).toHaveLength(240);
    expect(new Set(read.map(({ text }) => text)).size).toBe(240);
    for (const [index, own] of sequences.entries()) {
      expect(own.map((sequence) => read.find((entry) => entry.sequence === sequence)?.text)).toEqual([
        `a${index + 1}`,
        `b${index + 1}`,
      ]);
    }
  });

  test('carries an entry of 1 MB that does not compress, beside small ones', async () => {
    const log = journal(await local(), 'j');
    const large = JSON.stringify({ data: randomBytes(750_000).toString('base64') });
    expect(large.length).toBeGreaterThan(1_000_000);
    await log.append(['before', large, 'after']);
    const read = await log.read(0n, 10);
    expect(read.map(({ text }) => text === large || text)).toEqual(['before', true, 'after']);
    expect((await log.read(read[1]?.sequence ?? 0n, 10)).map(({ text }) => text)).toEqual(['after']);
    await log.removeEach(read.slice(0, 2));
    expect((await log.read(0n, 10)).map(({ text }) => text)).toEqual(['after']);
  });

  test('many large entries at once do not overflow a transaction', async () => {
    const log = journal(await local(), 'j');
    const texts = numbered(12).map((n) => `${n}${randomBytes(450_000).toString('base64')}`);
    await Promise.all([log.append(texts.slice(0, 6)), ...texts.slice(6).map((text) => log.append([text]))]);
    expect((await log.read(0n, 100)).map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  });

  test('goes on after a restart, and never uses a number twice, whatever was removed', async () => {
    const db = await local();
    const first = journal(db, 'j');
    await first.append(['one', 'two', 'three']);
    await first.remove(2n);
    expect((await first.read(0n, 10)).map(({ text }) => text)).toEqual(['three']);
    await first.remove(3n);
    await first.remove(3n);
    expect(await first.read(0n, 10)).toEqual([]);
    const second = journal(db, 'j');
    expect(await second.head()).toBe(3n);
    expect(await second.append(['four'])).toEqual([4n]);
    const [four] = await second.read(0n, 10);
    expect(four?.text).toBe('four');
    if (four !== undefined) await second.removeEach([four]);
    expect(await db.table.page('journal#j', -1n, 10)).toHaveLength(1);
    expect(await journal(db, 'j').append(['five'])).toEqual([5n]);
  });

  test('news wakes whoever waits, and an abort does too', async () => {
    const log = journal(await local(), 'j');
    const waiting = log.waitForNews(0n, new AbortController().signal);
    await log.append(['one']);
    await waiting;
    const abort = new AbortController();
    const quiet = log.waitForNews(1n, abort.signal);
    abort.abort();
    await quiet;
  });

  test('a second writer is refused rather than mixed in', async () => {
    const db = await local();
    const [left, right] = [journal(db, 'j'), journal(db, 'j')];
    await Promise.all([left.head(), right.head()]);
    await left.append(['left']);
    await expect(right.append(['right'])).rejects.toThrow();
    expect(await right.append(['right again'])).toEqual([2n]);
  });
});

test('a checkpoint is what was saved last', async () => {
  const places = checkpoints(await local());
  expect(await places.load('x')).toBeNull();
  await Promise.all(numbered(30).map((n) => places.save('x', String(n))));
  expect(await places.load('x')).toBe('30');
});
