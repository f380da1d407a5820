import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { ingesting, loadBytes } from '#test/support/ingesting.ts';
import { ADA } from '#test/support/scenario.ts';

const CANARY = 'Zx9-canary-é';
const id = (serial: number): string => salesforceId('Order', serial);
const rowOf = (serial: number, more = ''): string =>
  `{"Id":"${id(serial)}","LastModifiedDate":"2026-11-02T09:58:41.000+0000","BillToContactId":"${ADA}","OrderNumber":"Łódź ${serial}"${more}}`;
const lines = (...parts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.flatMap((part) => [Buffer.from(part), Buffer.from('\n')]));

/** A line that cannot be read, between two that can. */
const bad: readonly (readonly [rule: string, line: string | Buffer, path: string, expected: RegExp])[] = [
  ['that is no JSON', `{"Id":"${CANARY}"`, 'line', /JSON object/],
  ['cut off in the middle', rowOf(9).slice(0, 60), 'line', /JSON object/],
  ['of two rows', rowOf(9) + rowOf(10), 'line', /JSON object/],
  ['nested too deep', `${'['.repeat(200_000)}1652977933433528300${']'.repeat(200_000)}`, 'line', /JSON object/],
  ['that is no object', '[1652977933433528300]', 'Order', /JSON object/],
  ['without an id', `{"Name":"${CANARY}"}`, 'Order.Id', /15 or 18/],
  ['with an id that is none', `{"Id":"${CANARY}"}`, 'Order.Id', /15 or 18/],
  ['without a date', `{"Id":"${id(9)}"}`, 'Order.LastModifiedDate', /date and time/],
  ['with an amount that is none', rowOf(9, `,"TotalAmount":"${CANARY}"`), 'Order.TotalAmount', /decimal/],
  ['longer than a record can be', rowOf(9, `,"Description":"${CANARY.repeat(150_000)}"`), 'line', /at most \d+ bytes/],
  [
    'that is not UTF-8',
    Buffer.concat([Buffer.from('{"Id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    'line',
    /UTF-8/,
  ],
];

describe('a file', () => {
  test.each(bad)('with a line %s keeps that aside and loads what is around it', async (_, line, path, expected) => {
    const loaded = await loadBytes('Order', lines(rowOf(1), line, rowOf(2)));
    expect(loaded.merged).toEqual(new Set([id(1), id(2)]));
    expect(loaded.report).toMatchObject({ rows: 3, quarantined: 1, recordsChanged: 2 });
    expect(loaded.aside).toMatchObject([
      {
        ...{ type: 'input', path, reason: expect.stringMatching(expected), content: null },
        origin: { type: 'file', offset: Buffer.byteLength(rowOf(1)) + 1 },
      },
    ]);
    expect(JSON.stringify(loaded.aside)).not.toContain('canary');
  });

  test('with a row that is larger than a batch loads that too, and what is around it', async () => {
    const large = rowOf(2, `,"Description":"${CANARY.repeat(40_000)}"`);
    const loaded = await loadBytes('Order', lines(rowOf(1), large, rowOf(3), large.replace(id(2), id(4)), rowOf(5)));
    expect(loaded.merged).toEqual(new Set([1, 2, 3, 4, 5].map(id)));
    expect(loaded.report).toMatchObject({ rows: 5, quarantined: 0, recordsChanged: 5 });
  });

  test('of an object that is not mapped is kept aside as a whole', async () => {
    for (const object of ['Lead', 'constructor']) {
      const loaded = await loadBytes(object, lines(rowOf(1)));
      expect(loaded).toMatchObject({ merged: new Set(), report: { rows: 0, quarantined: 1 } });
      expect(loaded.aside).toMatchObject([{ path: 'file', reason: expect.stringMatching(/object of the mapping/) }]);
    }
  });

  test.each([
    ['nothing', Buffer.from('')],
    ['blank lines', Buffer.from('\n\r\n  \n')],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf])],
    ['packed nothing', gzipSync('')],
  ])('of %s is kept aside: a load without records is worth a look', async (_, bytes) => {
    const loaded = await loadBytes('Order', bytes);
    expect(loaded.report).toMatchObject({ rows: 0, quarantined: 1 });
    expect(loaded.aside).toMatchObject([{ path: 'file', reason: 'expected at least one record' }]);
  });

  test.each([
    ['a line feed at every end', lines(rowOf(1), rowOf(2))],
    ['none at the last', Buffer.from(`${rowOf(1)}\n${rowOf(2)}`)],
    ['carriage returns', Buffer.from(`${rowOf(1)}\r\n${rowOf(2)}\r\n`)],
    ['blank lines', Buffer.from(`\n${rowOf(1)}\n\n${rowOf(2)}\n\n`)],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), lines(rowOf(1), rowOf(2))])],
    ['gzip, whatever its name', gzipSync(lines(rowOf(1), rowOf(2)))],
    ['gzip in two parts', Buffer.concat([gzipSync(lines(rowOf(1))), gzipSync(lines(rowOf(2)))])],
  ])('with %s is loaded', async (_, bytes) => {
    const loaded = await loadBytes('Order', bytes);
    expect(loaded).toMatchObject({
      merged: new Set([id(1), id(2)]),
      aside: [],
      report: { rows: 2, recordsChanged: 2 },
    });
  });

  test('loaded again changes nothing', async () => {
    const deps = ingesting();
    const bytes = lines(rowOf(1), rowOf(2));
    await loadBytes('Order', bytes, deps);
    expect((await loadBytes('Order', bytes, deps)).report).toEqual({
      rows: 2,
      quarantined: 0,
      recordsChanged: 0,
      eventsAppended: 0,
      audit: {},
    });
  });

  test('tells where each bad line begins, in bytes of the unpacked text, at whatever length of the lines before it', async () => {
    const badLine = '{"Id":"é"}';
    const contentArb = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(badLine) },
        fc.constant(''),
        fc.integer({ min: 1, max: 3 }).map((serial) => rowOf(serial)),
        // Across the pieces in which a file is read.
        fc
          .integer({ min: 250_000, max: 270_000 })
          .map((length) => rowOf(4, `,"Description":"${'Ł'.repeat(length / 2)}"`)),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(contentArb, fc.boolean(), async (content, isPacked) => {
        const text = Buffer.from(content.join('\n'));
        const offsets = content.flatMap((line, index) =>
          line === badLine
            ? [
                Buffer.byteLength(
                  content
                    .slice(0, index)
                    .map((before) => `${before}\n`)
                    .join(''),
                ),
              ]
            : [],
        );
        const { aside } = await loadBytes('Order', isPacked ? gzipSync(text) : text);
        const told = aside.flatMap(({ path, origin }) =>
          path === 'Order.Id' && origin.type === 'file' ? [origin.offset] : [],
        );
        expect(told.sort((a, b) => a - b)).toEqual(offsets);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a packed file that ends too early', () => {
  /** Rows that do not compress, so that many pieces lie before the end. */
  const count = 4000;
  const whole = lines(
    ...Array.from({ length: count }, (_, index) =>
      rowOf(index + 1, `,"Description":"${randomBytes(300).toString('hex')}"`),
    ),
  );

  /** A store that takes its time: what was unpacked meanwhile must not be lost when the damage is found. */
  const slowly = () => {
    const { deps, memory } = ingesting();
    const load: typeof deps.records.load = (refs) => async () => {
      await sleep(20);
      return deps.records.load(refs)();
    };
    return { deps: { ...deps, records: { ...deps.records, load } }, memory };
  };

  test.each([3_000, 262_144 + 3_000, 600_000, 1_000_000])(
    'after %d bytes loads every row before the damage, and says where it begins',
    async (length) => {
      const packed = gzipSync(whole);
      const torn = packed.subarray(0, length);
      const readable = gunzipSync(torn, { finishFlush: constants.Z_SYNC_FLUSH });
      const loaded = await loadBytes('Order', torn, slowly());
      expect(loaded.aside).toMatchObject([{ path: 'file', reason: expect.stringMatching(/complete gzip file/) }]);
      expect(loaded.aside[0]?.origin).toMatchObject({ offset: readable.lastIndexOf('\n') + 1 });
      expect(loaded.merged.size).toBe(readable.toString().split('\n').length - 1);
    },
  );

  test('right at its beginning is kept aside', async () => {
    const loaded = await loadBytes('Order', gzipSync(whole).subarray(0, 8));
    expect(loaded).toMatchObject({ merged: new Set(), aside: [{ path: 'file' }] });
  });

  test('so small that it is one piece loads the rows that are whole', async () => {
    const packed = gzipSync(lines(rowOf(1), rowOf(2), rowOf(3)));
    const loaded = await loadBytes('Order', packed.subarray(0, packed.length - 10));
    expect(loaded.merged).toEqual(new Set([id(1), id(2)]));
    expect(loaded.aside).toMatchObject([{ path: 'file' }]);
  });

  test('and one that is damaged in the middle', async () => {
    const packed = Buffer.from(gzipSync(whole));
    packed.fill(0xff, Math.floor(packed.length / 2), Math.floor(packed.length / 2) + 64);
    const loaded = await loadBytes('Order', packed);
    expect(loaded.aside.filter(({ path }) => path === 'file')).toHaveLength(1);
    expect(loaded.merged.size).toBeGreaterThan(count * 0.4);
  });
});
