import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { dueAhead } from '#adapters/local/dueAhead.ts';
import type { Live, ViewStore } from '#domain/index.ts';

const MINUTE = 60_000;

/** When each member is due. Reads and writes take as many turns of the loop as they are told. */
const slowViews = () => {
  const due = new Map<string, number | null>();
  const turns = { read: 0, write: 0 };
  let asked = 0;
  const listed = (until: number): readonly string[] =>
    [...due].flatMap(([memberId, at]) => (at !== null && at <= until ? [memberId] : [])).sort();
  const views = {
    replace: (live: Live) => async () => {
      for (let left = turns.write; left > 0; left -= 1) await turn();
      due.set(live.memberId, live.due);
      for (let left = turns.write; left > 0; left -= 1) await turn();
      return E.right(undefined);
    },
    due: (until: number) => async () => {
      asked += 1;
      for (let left = turns.read; left > 0; left -= 1) await turn();
      const found = listed(until);
      for (let left = turns.read; left > 0; left -= 1) await turn();
      return E.right(found);
    },
  } as unknown as ViewStore;
  return { views, turns, listed, asked: () => asked };
};

const liveOf = (memberId: string, due: number | null) => ({ memberId, due }) as Live;
const foundBy = async (views: ViewStore, until: number): Promise<readonly string[]> => {
  const found = await views.due(until, 100)();
  return E.isRight(found) ? [...found.right].sort() : [];
};

const stepArb = fc.record({
  member: fc.constantFrom('a', 'b', 'c'),
  dueInMs: fc.option(fc.integer({ min: -MINUTE, max: 3 * MINUTE })),
  laterMs: fc.integer({ min: 0, max: 2 * MINUTE }),
  read: fc.nat(3),
  write: fc.nat(3),
  waits: fc.boolean(),
});

test('who is due is found, however writes and looks overlap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArb, { maxLength: 30 }), async (steps) => {
      const { views, turns, listed } = slowViews();
      const ahead = dueAhead(views);
      const underWay: Promise<unknown>[] = [];
      let now = 0;
      for (const { member, dueInMs, laterMs, read, write, waits } of steps) {
        Object.assign(turns, { read, write });
        underWay.push(ahead.replace(liveOf(member, dueInMs === null ? null : now + dueInMs))());
        underWay.push(foundBy(ahead, now));
        if (waits) {
          await Promise.all(underWay);
          now += laterMs;
          expect(await foundBy(ahead, now)).toEqual(listed(now));
        }
      }
      await Promise.all(underWay);
      for (const later of [0, MINUTE, 5 * MINUTE])
        expect(await foundBy(ahead, now + later)).toEqual(listed(now + later));
    }),
    { numRuns: 300 },
  );
});

test('where nobody is due the store is asked once a minute', async () => {
  const { views, asked } = slowViews();
  const ahead = dueAhead(views);
  await ahead.replace(liveOf('a', 10 * MINUTE))();
  for (let second = 0; second < 120; second += 1) await foundBy(ahead, second * 1_000);
  expect(asked()).toBe(2);
});

test('a clock that was days ahead leaves nothing remembered of those days', async () => {
  const { views } = slowViews();
  const ahead = dueAhead(views);
  expect(await foundBy(ahead, 9 * 24 * 60 * MINUTE)).toEqual([]);
  // By another process.
  await views.replace(liveOf('a', 10 * MINUTE))();
  expect(await foundBy(ahead, 10 * MINUTE)).toEqual(['a']);
});
