import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { ingest, type Mapping, type Observation, recordKey, retail } from '#domain/index.ts';
import { ingesting, loadBytes } from '#test/support/ingesting.ts';
import { ADA, event, gap } from '#test/support/scenario.ts';

const HOUR_MS = 3_600_000;
const id = (serial: number): string => salesforceId('Order', serial);
/** As AppFlow writes one. */
const rowOf = (serial: number, status = 'Activated', more = '', second = '41'): string =>
  `{"Id":"${id(serial)}","LastModifiedDate":"2026-11-02T09:58:${second}.000+0000","BillToContactId":"${ADA}","Status":"${status}"${more}}`;
const fileOf = (...lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** Stores that count the rows which were done with a look at their records; `alwaysRead`: none is. */
const watching = (mapping: Mapping = retail, alwaysRead = false) => {
  const { deps, memory } = ingesting(mapping);
  const passedOver: string[] = [];
  const loadChanged: typeof deps.records.loadChanged = (rows) => async () => {
    if (alwaysRead) return deps.records.load(rows.map(({ ref }) => ref))();
    const answer = await deps.records.loadChanged(rows)();
    if ('right' in answer)
      answer.right.forEach((record, index) => {
        if (record === null) passedOver.push(rows[index]!.ref.id);
      });
    return answer;
  };
  return { deps: { ...deps, records: { ...deps.records, loadChanged } }, memory, passedOver };
};
type Watching = ReturnType<typeof watching>;

const tell = async ({ deps }: Watching, ...said: readonly Observation[]): Promise<void> => {
  await ingest(deps)(said)();
};
const loadAgain = async (stores: Watching, bytes: Uint8Array, laterMs = HOUR_MS): Promise<readonly string[]> => {
  stores.passedOver.length = 0;
  await loadBytes('Order', bytes, stores, laterMs);
  return [...stores.passedOver];
};

describe('a row whose record it is the last row of', () => {
  test('is done with a look at the record, whenever it was extracted', async () => {
    const stores = watching();
    const bytes = fileOf(rowOf(1), rowOf(2));
    expect(await loadAgain(stores, bytes, 0)).toEqual([]);
    for (const laterMs of [HOUR_MS, 0, -24 * HOUR_MS])
      expect(await loadAgain(stores, bytes, laterMs)).toEqual([id(1), id(2)]);
  });

  test('counts as a row all the same', async () => {
    const stores = watching();
    await loadAgain(stores, fileOf(rowOf(1), rowOf(2)));
    const { report } = await loadBytes('Order', fileOf(rowOf(1), rowOf(2), rowOf(3)), stores);
    expect(report).toMatchObject({ rows: 3, quarantined: 0, recordsChanged: 1, eventsAppended: 1 });
  });

  test.each([
    ['a change event', event('Order', { Status: 'Draft' }, { id: id(1), at: 40_000_000 })],
    ['a gap', gap('Order', { id: id(1), at: 40_000_000 })],
    ['a deletion', event('Order', {}, { id: id(1), at: 40_000_000, exists: false })],
  ])('is understood again after %s, as before there was a hash', async (_, said) => {
    const stores = watching();
    await loadAgain(stores, fileOf(rowOf(1), rowOf(2)));
    await tell(stores, said(0));
    expect(await loadAgain(stores, fileOf(rowOf(1), rowOf(2)))).toEqual([id(2)]);
  });

  test('is understood again where another mapping reads it', async () => {
    const stores = watching();
    await loadAgain(stores, fileOf(rowOf(1)));
    const order = retail.objects.Order!;
    const statuses = { ...order, countedStatuses: ['Completed'] } as typeof order;
    const mapping = { ...retail, objects: { ...retail.objects, Order: statuses } };
    const other = { ...stores, deps: { ...stores.deps, mapping } };
    expect(await loadAgain(other, fileOf(rowOf(1)))).toEqual([]);
    expect(await loadAgain(stores, fileOf(rowOf(1)))).toEqual([id(1)]);
  });

  test('is known by a hash that a store without its secret would not make', async () => {
    const hashes = await Promise.all(
      [0, 1].map(async (fill) => {
        const { deps, memory } = ingesting();
        const keys: typeof deps.keys = {
          obtain: (keyIds) => async () => ({
            _tag: 'Right',
            right: new Map(keyIds.map((key) => [key, Buffer.alloc(32, fill)])),
          }),
        };
        await loadBytes('Order', fileOf(rowOf(1)), { deps: { ...deps, keys }, memory });
        return memory.records.get(recordKey({ object: 'Order', id: id(1) }))?.lastRow;
      }),
    );
    expect(hashes[0]).toMatch(/^[0-9a-f]{8,16}$/);
    expect(hashes[1]).not.toBe(hashes[0]);
  });
});

describe('a row that is not seen to be known', () => {
  test.each([
    ['a row that does not begin with its id', rowOf(1).replace(/^\{("Id":"\w+"),(.*)\}$/, '{$2,$1}')],
    ['an id of 15 characters', rowOf(1).replace(id(1), id(1).slice(0, 15))],
    ['blanks before it', ` ${rowOf(1)}`],
    ['an id that comes twice: the last one holds', rowOf(2).replace(/\}$/, `,"Id":"${id(1)}"}`)],
  ])('%s is merged into the record that it is of', async (_, line) => {
    const stores = watching();
    await loadAgain(stores, fileOf(rowOf(2)));
    const { report, merged } = await loadBytes('Order', fileOf(line), stores);
    expect(report).toMatchObject({ recordsChanged: 1, quarantined: 0 });
    expect(merged).toEqual(new Set([id(1), id(2)]));
    expect(stores.memory.records.get(recordKey({ object: 'Order', id: id(2) }))?.ver).toBe(1);
  });
});

test('files that are looked at and files that are read leave the same behind, to the last stamp and count', async () => {
  let passedOver = 0;
  await fc.assert(
    fc.asyncProperty(happeningsArb, async (happenings) => {
      const looking = watching();
      const reading = watching(retail, true);
      for (const happening of happenings) {
        const seen = await Promise.all([looking, reading].map((stores) => play(stores, happening)));
        expect(seen[0]).toEqual(seen[1]);
      }
      expect(looking.memory).toEqual(reading.memory);
      passedOver += looking.passedOver.length;
    }),
    { numRuns: 60 },
  );
  expect(passedOver).toBeGreaterThan(40);
});

const lineArb = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('Activated', 'Draft'),
        fc.constantFrom('', ',"Description":"é"', `,"Id":"${id(2)}"`, ',"TotalAmount":"much"', ',"IsDeleted":true'),
        fc.constantFrom('41', '41', '42'),
      )
      .map((parts) => rowOf(...parts)),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '{"Id":"', '[]', `{"Id":"${id(1)}"}`) },
);
const recordIn = (line: string): string => [...line.matchAll(/"Id":"(\w{18})"/g)].at(-1)?.[1] ?? line;

const eventArb = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(26_387_921, 40_000_000), fc.boolean(), fc.boolean())
  .map(([serial, at, isGap, exists]) =>
    isGap
      ? gap('Order', { id: id(serial), at })(0)
      : event('Order', { Status: 'Draft' }, { id: id(serial), at, exists })(0),
  );

/** Of few lines, so that they come again. */
const happeningsArb = fc.array(lineArb, { minLength: 2, maxLength: 4 }).chain((lines) =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          // One row for each record: what two of one extraction say at odds depends on which comes first (merge.ts).
          lines: fc.uniqueArray(fc.constantFrom(...lines), { minLength: 1, maxLength: 4, selector: recordIn }),
          // 2 November: rows that were extracted sooner than clearly after them, too.
          laterMs: fc.constantFrom(0, HOUR_MS, Date.parse('2026-11-02T09:58:44Z') - Date.UTC(2026, 10, 21)),
        }),
      },
      { weight: 1, arbitrary: eventArb },
    ),
    { minLength: 2, maxLength: 8 },
  ),
);
type Happening = { readonly lines: readonly string[]; readonly laterMs: number } | Observation;

const play = async (stores: Watching, happening: Happening): Promise<unknown> => {
  if ('record' in happening) return tell(stores, happening);
  const { report, aside } = await loadBytes('Order', fileOf(...happening.lines), stores, happening.laterMs);
  return { report, aside };
};
