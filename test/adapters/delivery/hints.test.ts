import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { DeliveryKey } from '#adapters/delivery/delivery.ts';
import { hintsOf } from '#adapters/delivery/hints.ts';
import { inVirtualTime } from '#test/support/virtualTime.ts';

const keyOf = (memberId: string): DeliveryKey => ({ subject: { type: 'member', memberId }, destination: 'partner' });

/** Over a store that names the same for ever. */
const hintsOver = (...named: readonly string[]) => {
  const hints = hintsOf({
    ...{ destination: 'partner', lane: 'live', random: () => 0, tell: () => undefined },
    store: { due: () => TE.right(named.map(keyOf)) },
  });
  const taken = async (): Promise<ReadonlySet<string>> => {
    hints.ring();
    const names: string[] = [];
    for (let key = await hints.next(); key !== null; key = await hints.next())
      if (key.subject.type === 'member') names.push(key.subject.memberId);
    return new Set(names);
  };
  return { hints, taken };
};

test('what was claimed is not named again for a second, as an index may be behind', () =>
  inVirtualTime(async ({ pass: wait }) => {
    const { hints, taken } = hintsOver('a', 'b');
    hints.pass(keyOf('a'));
    expect(await taken()).toEqual(new Set(['b']));
    await wait(1_001);
    expect(await taken()).toEqual(new Set(['a', 'b']));
  }));

test('what cannot be read for a minute holds up nobody else', () =>
  inVirtualTime(async ({ pass: wait }) => {
    const { hints, taken } = hintsOver('poison', 'b');
    hints.pass(keyOf('poison'), 60_000);
    hints.pass(keyOf('b'));
    await wait(1_001);
    expect(await taken()).toEqual(new Set(['b']));
    await wait(60_000);
    expect(await taken()).toEqual(new Set(['b', 'poison']));
  }));
