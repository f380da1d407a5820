import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { DeliveryKey } from '#adapters/delivery/delivery.ts';
import { hintsOf } from '#adapters/delivery/hints.ts';

const keyOf = (memberId: string): DeliveryKey => ({ subject: { type: 'member', memberId }, destination: 'partner' });

/** Over a store that names the same for ever. */
const hintsOver = (...named: readonly string[]) => {
  let now = 0;
  const hints = hintsOf({
    ...{ destination: 'partner', lane: 'live', clock: () => now, random: () => 0, tell: () => undefined },
    store: { due: () => TE.right(named.map(keyOf)) },
  });
  const taken = async (): Promise<ReadonlySet<string>> => {
    hints.ring();
    const names: string[] = [];
    for (let key = await hints.next(); key !== null; key = await hints.next())
      if (key.subject.type === 'member') names.push(key.subject.memberId);
    return new Set(names);
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { hints, taken, wait };
};

test('what was claimed is not named again for a second, as an index may be behind', async () => {
  const { hints, taken, wait } = hintsOver('a', 'b');
  hints.pass(keyOf('a'));
  expect(await taken()).toEqual(new Set(['b']));
  wait(1_001);
  expect(await taken()).toEqual(new Set(['a', 'b']));
});

test('what cannot be read for a minute holds up nobody else', async () => {
  const { hints, taken, wait } = hintsOver('poison', 'b');
  hints.pass(keyOf('poison'), 60_000);
  hints.pass(keyOf('b'));
  wait(1_001);
  expect(await taken()).toEqual(new Set(['b']));
  wait(60_000);
  expect(await taken()).toEqual(new Set(['b', 'poison']));
});
