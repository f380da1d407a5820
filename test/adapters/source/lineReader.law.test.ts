import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { compiled, ValueCodec } from '#adapters/source/compiledCodec.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import type { InputFault } from '#adapters/source/fault.ts';
import { pickKeys } from '#adapters/source/pickKeys.ts';
import { lineReader, rowReader } from '#adapters/source/row.ts';
import { fieldReaders, type Observation, readEpochMs, retail } from '#domain/index.ts';

const EXTRACTION = { at: Date.UTC(2026, 10, 2, 12), known: true };
const ROW = {
  ...{ Id: '8018d0000000001AAA', IsDeleted: false, BillToContactId: '0038d0000000007AAA', OrderNumber: '00000101' },
  ...{ EffectiveDate: '2026-03-04', Status: 'Activated', TotalAmount: 92.94, CurrencyIsoCode: 'EUR' },
  ...{ BillingAddress: { city: 'Genève', state: null, latitude: 46.20439097, lines: ['a\\b', 1e3] } },
  ...{ IsReductionOrder: false, LastModifiedDate: '2026-11-02T09:58:41.000+0000', Name: { FirstName: 'Zoë' } },
  ...{ SystemModstamp: '2026-11-02T09:58:43.000+0000', FirstName: 'Zoë', LastName: 'O"Hara', MemberNumber__c: 'M1' },
};
const KEYS = Object.keys(ROW);

const valueArb = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', true, 0, 1, -0, 12.5, 1e21, 1e-7, 1652977933433528, [], {}),
  fc.constantFrom(
    '2026-11-02T09:58:41Z',
    '2026-02-30T00:00:00.000Z',
    '1969-12-31T23:59:59.000Z',
    '2026-03-04',
    'é',
    '\u0000',
  ),
  fc.constantFrom(' 8018d0000000001AAA ', '8018d0000000001', '1772582400000', 1772582400000, 'TRUE', '1,5', '12.50'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.nat({ max: 4_000_000 }).map((cents) => cents / 100),
  fc.jsonValue(),
);

/** A row of which some values are others, or are not there. */
const rowArb = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), fc.option(valueArb, { nil: undefined })), { maxLength: 3 })
  .map((changes) => ({ ...ROW, ...Object.fromEntries(changes) }));

/** As text that is written by a machine, or not quite: a byte more, another, or one less, here and there. */
const lineArb = fc
  .tuple(
    fc.oneof(
      rowArb.map((row) => JSON.stringify(row)),
      rowArb.map((row) => JSON.stringify(row, null, 1).replaceAll('\n', '')),
    ),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(0, 1),
        fc.constantFrom(...'{}[],:"\\ue0159.-+ \t\r\u0001', '', 'null', ',"Id":7', '0000000000000000'),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [where, removed, added]) => {
      const at = where % (edited.length + 1);
      return edited.slice(0, at) + added + edited.slice(at + removed);
    }, text),
  );

const NAMED: readonly string[] = [
  JSON.stringify(ROW),
  `${JSON.stringify(ROW)}\r`,
  '{}',
  '{"Id":1}{"Id":2}',
  '{"Id":"a","Id":"b"}',
  '{"Id":"a",}',
  '{"\\u0049d":"a"}',
  '{"TotalAmount":01}',
  '{"TotalAmount":1.}',
  '{"TotalAmount":-}',
  '{"TotalAmount":1234567890.1234567}',
  '{"TotalAmount":1e400}',
  '{"Status":"\\u00e9é"}',
  '{"Status":"\\u00g9"}',
  '{"Status":"\\x"}',
  '[]',
  '"{"',
  '',
];

describe('a line of which only some keys are read', () => {
  test('holds what it holds when it is parsed as a whole, and is no row where that is none', () => {
    const pick = pickKeys(KEYS, ['LastModifiedDate', 'SystemModstamp']);
    fc.assert(
      fc.property(lineArb, (line) => {
        const picked = pick(Buffer.from(`x${line}\n{"Id":"next"}`), 1, 1 + Buffer.byteLength(line));
        if (picked === null) return;
        const parsed = parseExactJson(line) as Readonly<Record<string, unknown>>;
        for (const key of KEYS) {
          const isInstantRead = typeof picked[key] === 'number' && typeof parsed[key] === 'string';
          expect(picked[key]).toEqual(isInstantRead ? readEpochMs(parsed[key]) : parsed[key]);
        }
      }),
      { numRuns: 5000, examples: NAMED.map((line) => [line]) },
    );
  });

  test('is read, rather than parsed as a whole, where it is written as AppFlow writes rows', () => {
    for (const row of [ROW, { ...ROW, BillingAddress: null }, { Id: ROW.Id }]) {
      const line = Buffer.from(JSON.stringify(row));
      expect(pickKeys(['Id', 'TotalAmount'])(line, 0, line.length)).toEqual({
        ...{ Id: ROW.Id, TotalAmount: 'TotalAmount' in row ? 92.94 : undefined },
      });
    }
  });

  test('says what the row says that is parsed as a whole, fault for fault', () => {
    fc.assert(
      fc.property(fc.constantFrom('Order', 'Contact'), lineArb, (object, line) => {
        const bytes = Buffer.from(line);
        fc.pre(isUtf8(bytes));
        const read = O.toNullable(lineReader(retail, object, EXTRACTION, 'file'))!(bytes, 0, bytes.length, 7);
        expect(read).toEqual(parsedAsWhole(object, line));
      }),
      {
        numRuns: 5000,
        examples: NAMED.flatMap(
          (line) =>
            [
              ['Order', line],
              ['Contact', line],
            ] as [string, string][],
        ),
      },
    );
  });
});

const parsedAsWhole = (object: string, line: string): E.Either<InputFault, Observation> => {
  try {
    return O.toNullable(rowReader(retail, object, EXTRACTION, 'file'))!(parseExactJson(line), 7);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return E.left({ path: 'line', expected: 'expected a JSON object on each line' });
  }
};

const withoutSign = <A extends { SystemModstamp: number | null | undefined }>(decoded: A): A => ({
  ...decoded,
  ...(decoded.SystemModstamp === 0 ? { SystemModstamp: 0 } : {}),
});

describe('a compiled codec', () => {
  const codec = t.strict({
    Id: new ValueCodec('an id', (raw) => (typeof raw === 'string' ? raw : undefined)),
    TotalAmount: new ValueCodec('a decimal number', fieldReaders.decimal),
    IsDeleted: new ValueCodec('true or false', fieldReaders.flag),
    SystemModstamp: new ValueCodec('a date and time', (raw) => (raw === undefined ? null : readEpochMs(raw))),
  });

  test('accepts what the codec accepts, with the same outcome, and refuses what it refuses', () => {
    const read = compiled(codec);
    fc.assert(
      fc.property(fc.oneof(rowArb, fc.jsonValue()), (row) => {
        const decoded = codec.decode(row);
        // io-ts leaves -0 where it was read as 0.
        expect(read(row)).toEqual(E.isRight(decoded) ? withoutSign(decoded.right) : undefined);
      }),
      { numRuns: 3000, examples: [[null], [[]], [{}], [{ Id: 'a' }]] },
    );
  });

  test('refuses what is no object, though none of its keys need be there', () => {
    const lenient = t.strict({ IsDeleted: new ValueCodec('true or false', fieldReaders.flag) });
    for (const value of [[], null, undefined, 7, 'row', true, [{}]]) {
      expect(E.isLeft(lenient.decode(value))).toBe(true);
      expect(compiled(lenient)(value)).toBeUndefined();
    }
    expect(compiled(lenient)({})).toEqual({ IsDeleted: null });
  });

  test('looks elsewhere for what is not in its place, and there alone', () => {
    const read = compiled(codec, { Id: (row) => row.Elsewhere });
    expect(read({ Elsewhere: 'a' })).toMatchObject({ Id: 'a' });
    expect(read({ Id: 'b', Elsewhere: 'a' })).toMatchObject({ Id: 'b' });
    expect(read({ Id: null, Elsewhere: 'a' })).toBeUndefined();
  });
});
