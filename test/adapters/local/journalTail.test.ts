import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { journal } from '#adapters/local/journal.ts';
import type { LocalItem, LocalTable } from '#adapters/local/localTable.ts';

/** What becomes of the write of an append. late: its answer comes after those of later ones. unknown: it is there, and its answer was lost. */
type Fate = 'written' | 'late' | 'refused' | 'unknown';
type Step =
  | { readonly type: 'append'; readonly entries: number; readonly fate: Fate; readonly isLarge: boolean }
  | { readonly type: 'read'; readonly limit: number }
  | { readonly type: 'remove' }
  | { readonly type: 'settle' };

const stepArb: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('append' as const),
    entries: fc.integer({ min: 1, max: 4 }),
    fate: fc.constantFrom<Fate>('written', 'written', 'late', 'refused', 'unknown'),
    isLarge: fc.nat(9).map((of) => of === 0),
  }),
  fc.record({ type: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('remove' as const) }),
  fc.record({ type: fc.constant('settle' as const) }),
);

/** A table in memory. Appends are written in the order of the calls, as the real one does, and have the fate that is next. */
const memoryTable = () => {
  const items = new Map<bigint, LocalItem>();
  const fates: Fate[] = [];
  const sorted = () => [...items].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  let last: Promise<unknown> = Promise.resolve();
  const write: LocalTable['write'] = (writes) => {
    let isLate = false;
    const run = async (): Promise<void> => {
      const isAppend = writes.some((one) => one.type === 'put' && one.once === true);
      const fate = (isAppend ? fates.shift() : null) ?? 'written';
      isLate = fate === 'late';
      if (fate === 'refused') throw new Error('refused');
      if (writes.some((one) => one.type === 'put' && one.once === true && items.has(one.v))) throw new Error('exists');
      for (const one of writes)
        if (one.type === 'delete') items.delete(one.v);
        else items.set(one.v, { ...one.item, v: { N: String(one.v) } });
      if (fate === 'unknown') throw new Error('the answer was lost');
    };
    const done = last.then(run);
    last = done.catch(() => undefined);
    return done.then(() => (isLate ? sleep(2) : undefined));
  };
  const page: LocalTable['page'] = async (_p, after, limit) =>
    sorted()
      .filter((item) => BigInt(item.v?.N ?? 0) > after)
      .slice(0, limit);
  const table: LocalTable = { ...{ write, writeLater: write, page }, last: async () => sorted().at(-1) ?? null };
  return { table, fates };
};

/** Two items hold one: it does not compress. */
const LARGE = randomBytes(300_000).toString('base64');

test('whoever follows a journal sees each acknowledged entry once, in order, whatever fails and however appends overlap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArb, { maxLength: 25 }), async (steps) => {
      const { table, fates } = memoryTable();
      const log = journal({ table }, 'j');
      const acknowledged = new Map<bigint, string>();
      const seen: { readonly sequence: bigint; readonly text: string; readonly parts: number }[] = [];
      const underWay: Promise<unknown>[] = [];
      let texts = 0;
      let removed = 0;
      const follow = async (limit: number): Promise<void> => {
        seen.push(...(await log.read(seen.at(-1)?.sequence ?? 0n, limit)));
      };
      for (const step of [...steps, { type: 'settle' } as const]) {
        if (step.type === 'append') {
          const own = Array.from({ length: step.entries }, () => `${++texts} ${step.isLarge ? 'large' : ''}`);
          fates.push(step.fate);
          const appending = log.append(own.map((text) => (text.endsWith('large') ? `${text} ${LARGE}` : text)));
          underWay.push(
            appending.then(
              (sequences) => {
                for (const [at, sequence] of sequences.entries()) acknowledged.set(sequence, own[at] ?? '');
              },
              () => undefined,
            ),
          );
        }
        if (step.type === 'read') await follow(step.limit);
        if (step.type === 'remove') {
          await log.removeEach(seen.slice(removed));
          removed = seen.length;
        }
        if (step.type === 'settle') await Promise.all(underWay);
      }
      fates.length = 0;
      const [last = 0n] = await log.append(['the end']);
      acknowledged.set(last, 'the end');
      while (seen.at(-1)?.sequence !== last) await follow(3);

      const sequences = seen.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => (a < b ? -1 : 1)));
      const beginnings = new Map(seen.map(({ sequence, text }) => [sequence, text.split(' ').slice(0, 2).join(' ')]));
      for (const [sequence, text] of acknowledged)
        expect(beginnings.get(sequence)).toBe(text === 'the end' ? 'the end' : text);
      expect(await log.read(0n, 1_000)).toEqual(await journal({ table }, 'j').read(0n, 1_000));
    }),
    {
      numRuns: 200,
      // Read and removed before its answer came.
      examples: [
        [
          [
            { type: 'append', entries: 1, fate: 'late', isLarge: false },
            { type: 'remove' },
            { type: 'read', limit: 1 },
            { type: 'remove' },
          ],
        ],
      ],
    },
  );
});

test('a journal that is followed is not read from the store', async () => {
  const { table } = memoryTable();
  let pages = 0;
  const page: LocalTable['page'] = (...of) => {
    pages += 1;
    return table.page(...of);
  };
  const log = journal({ table: { ...table, page } }, 'j');
  const [first = 0n] = await log.append(['one']);
  await log.append(['two', 'three']);
  expect((await log.read(first, 10)).map(({ text }) => text)).toEqual(['two', 'three']);
  expect(pages).toBe(0);
});

test('what a journal has long forgotten in memory is read from the store', async () => {
  const { table } = memoryTable();
  const log = journal({ table }, 'j');
  for (let at = 0; at < 30; at += 1) await log.append(Array.from({ length: 50 }, (_, of) => `${at * 50 + of}`));
  const texts = (await log.read(0n, 2_000)).map(({ text }) => text);
  expect(texts).toEqual(Array.from({ length: 1_500 }, (_, at) => `${at}`));
  expect((await log.read(1_499n, 10)).map(({ text }) => text)).toEqual(['1499']);
});
