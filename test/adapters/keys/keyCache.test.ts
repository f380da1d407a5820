import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyCache } from '#adapters/keys/keyCache.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

test('a key is held for its time, counted from when it was last read from the store, and no longer', () => {
  let now = 0;
  const cache = keyCache(() => now, { keptMs: 10_000, size: 5 });
  cache.set('a', key(1));
  now = 6_000;
  cache.set('b', null);
  now = 9_000;
  expect([cache.get('a'), cache.get('b')]).toEqual([key(1), null]);
  now = 10_000;
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, null]);
  cache.set('a', key(2));
  now = 16_000;
  expect([cache.get('a'), cache.get('b')]).toEqual([key(2), undefined]);
});

test('however many keys come, no more are held than fit: those that were set last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 12 }), { maxLength: 60 }), (ids) => {
      const cache = keyCache(() => 0, { keptMs: 60_000, size: 5 });
      for (const id of ids) cache.set(String(id), key(id));
      const latest = [...new Set(ids.toReversed())].slice(0, 5);
      for (let id = 0; id <= 12; id++) expect(cache.get(String(id)) !== undefined).toBe(latest.includes(id));
    }),
  );
});
