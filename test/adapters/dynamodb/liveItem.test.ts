import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { liveFromItem, liveItem } from '#adapters/dynamodb/liveItem.ts';
import { liveOf } from '#test/contract/viewStore.ts';

const live = liveOf('003-1');
const item = liveItem(live);

test('a LIVE item gives back the LIVE it was made from', () => {
  expect(liveFromItem(item)).toEqual(E.right(live));
});

test('the indexes and the outbox are sparse: no due instant, no bucket; no change, nothing to publish', () => {
  const names = Object.keys(liveItem({ ...live, due: null, change: null, pass: null }));
  expect(names.filter((name) => ['due', 'dueBucket', 'kind', 'changed', 'cause', 'pass'].includes(name))).toEqual([]);
});

test('members spread over the buckets, each always in the same one', () => {
  const bucketOf = (member: number): string | undefined => liveItem(liveOf(`003-${member}`)).dueBucket?.S;
  const buckets = Array.from({ length: 200 }, (_, member) => bucketOf(member));
  expect(new Set(buckets).size).toBe(16);
  expect(Array.from({ length: 200 }, (_, member) => bucketOf(member))).toEqual(buckets);
});

test('many states are deflated, and read back', () => {
  const tier = Object.fromEntries(
    Array.from({ length: 300 }, (_, day) => [
      new Date(day * 86_400_000).toISOString().slice(0, 10),
      { minorUnits: day, orders: 1 },
    ]),
  );
  const long = { ...live, states: { ...live.states, 'tier@1': tier } };
  expect(liveItem(long).statesZ?.B).toBeDefined();
  expect(liveFromItem(liveItem(long))).toEqual(E.right(long));
});

test('an item of another kind or of a newer format is not a LIVE', () => {
  for (const change of [{ p: { S: 'shadow-1' } }, { f: { N: '2' } }, { pass: { S: '{}' } }, { kind: { S: 'Sung' } }])
    expect(liveFromItem({ ...item, ...change })).toMatchObject({ left: { type: 'StoreCorrupt' } });
});
