import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  datedExistenceStamp,
  eventExistenceStamp,
  eventStamp,
  forgottenRegister,
  type RowStamps,
  readStamp,
  rowExistenceStamp,
  rowStamp,
  rowStamps,
  type Stamp,
  sameButForExtraction,
} from '#domain/index.ts';

const SECOND = Date.UTC(2026, 0, 1);
const MARGIN_MS = 5000;

/** Close to each other, so that seconds, ranks and positions collide; or anywhere until dates have more digits than a stamp. */
const instantArb = fc.oneof(
  fc.integer({ min: -8000, max: 8000 }).map((ms) => SECOND + ms),
  fc.integer({ min: 0, max: 9_999_999_999_999 }),
);
const positionArb = fc.record({
  commitNumber: fc.oneof(
    fc.constantFrom('9', '10', '1652977933433528300', '1652977933433528301'),
    fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }).map(String),
  ),
  sequenceNumber: fc.constantFrom(0, 1, 2, 9, 10, 9_999_999_999),
});
const extractionArb = fc.record({ at: instantArb, known: fc.boolean() });

type Source = { readonly modifiedAt: number } & (
  | { readonly position: { readonly commitNumber: string; readonly sequenceNumber: number } }
  | { readonly extraction: { readonly at: number; readonly known: boolean } }
);
const sourceArb: fc.Arbitrary<Source> = fc.oneof(
  fc.record({ modifiedAt: instantArb, position: positionArb }),
  fc.record({ modifiedAt: instantArb, extraction: extractionArb }),
);

const stampOf = (source: Source): Stamp =>
  'position' in source
    ? eventStamp(source.modifiedAt, source.position)
    : rowStamp(source.modifiedAt, source.extraction, MARGIN_MS);

/** The order of the design, number by number. */
const orderOf = (source: Source): readonly bigint[] => {
  const second = BigInt(Math.floor(source.modifiedAt / 1000));
  if ('position' in source)
    return [second, 1n, BigInt(source.position.commitNumber), BigInt(source.position.sequenceNumber)];
  const isClearlyLater = BigInt(source.extraction.at) >= (second + 1n) * 1000n + BigInt(MARGIN_MS);
  return [second, isClearlyLater ? 2n : 0n, BigInt(source.extraction.at), 0n];
};

const compare = (a: readonly bigint[], b: readonly bigint[]): number => {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : a[at]! < b[at]! ? -1 : 1;
};
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const AT = SECOND;
const first: Source = { modifiedAt: AT, position: { commitNumber: '9', sequenceNumber: 2 } };
const rowAt = (extractedAt: number): Source => ({ modifiedAt: AT, extraction: { at: extractedAt, known: true } });
const earlier: readonly [Source, Source][] = [
  [first, { modifiedAt: AT + 1000, position: { commitNumber: '1', sequenceNumber: 1 } }],
  [first, { modifiedAt: AT, position: { commitNumber: '10', sequenceNumber: 1 } }],
  [first, { modifiedAt: AT, position: { commitNumber: '9', sequenceNumber: 10 } }],
  [rowAt(AT + 5999), first],
  [first, rowAt(AT + 6000)],
  [rowAt(AT + 6000), rowAt(AT + 6001)],
];

describe('a field stamp', () => {
  test('orders as text exactly as second, rank and position order: totally', () => {
    fc.assert(
      fc.property(sourceArb, sourceArb, (a, b) => {
        expect(compareText(stampOf(a), stampOf(b))).toBe(compare(orderOf(a), orderOf(b)));
      }),
      { numRuns: 2000, examples: [...earlier] },
    );
  });

  test.each(earlier)('%j comes before %j', (a, b) => {
    expect(compareText(stampOf(a), stampOf(b))).toBe(-1);
  });

  test('is the same but for extraction only where second and rank are those of another row', () => {
    fc.assert(
      fc.property(sourceArb, sourceArb, (a, b) => {
        const [secondA, rankA] = orderOf(a);
        const [secondB, rankB] = orderOf(b);
        const isSame =
          compare(orderOf(a), orderOf(b)) === 0 || (rankA !== 1n && secondA === secondB && rankA === rankB);
        expect(sameButForExtraction(stampOf(a), stampOf(b))).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the stamps of a row', () => {
  /** As they are stored: other text would order otherwise beside it. */
  test.each<readonly [modifiedAt: number, known: boolean, stamps: RowStamps]>([
    [
      AT,
      true,
      {
        stamp: '1767225600:2:001767225700000',
        existence: '001767225695000:0:001767225700000',
        dated: '001767225600000:2:001767225700000',
      },
    ],
    [
      AT + 99_987,
      false,
      {
        stamp: '1767225699:0:001767225700000',
        existence: '001767225699987:0:001767225700000',
        dated: '001767225699987:0:001767225700000',
      },
    ],
    [
      7_005,
      false,
      {
        stamp: '0000000007:2:001767225700000',
        existence: '000000000007005:2:001767225700000',
        dated: '000000000007005:2:001767225700000',
      },
    ],
  ])('of %d, known %s, are written with all their digits', (modifiedAt, known, stamps) => {
    const stampsOf = rowStamps({ at: AT + 100_000, known }, MARGIN_MS);
    expect(stampsOf(modifiedAt, modifiedAt)).toEqual(stamps);
  });
});

describe('an existence stamp of a row', () => {
  const position = { commitNumber: '1', sequenceNumber: 1 };

  test('outranks exactly the commits that it must have seen: of seconds that were over a margin before the extraction, if that is known or its own, or older than its dates', () => {
    fc.assert(
      fc.property(instantArb, instantArb, instantArb, fc.boolean(), (touchedAt, extractedAt, committedAt, known) => {
        const commitSecond = Math.floor(committedAt / 1000) * 1000;
        const row = rowExistenceStamp(touchedAt, { at: extractedAt, known }, MARGIN_MS);
        const wasOver = extractedAt >= commitSecond + 1000 + MARGIN_MS;
        const sawCommit = wasOver && (known || touchedAt === commitSecond);
        expect(row > eventExistenceStamp(commitSecond, position)).toBe(sawCommit || touchedAt > commitSecond);
      }),
      {
        numRuns: 3000,
        examples: [
          [AT - 9000, AT + 5999, AT, true],
          [AT - 9000, AT + 6000, AT, true],
          [AT, AT + 6000, AT, true],
          [AT, AT + 6000, AT, false],
          [AT + 1000, AT + 1000, AT, false],
        ],
      },
    );
  });

  test('is never below what its own dates vouch for', () => {
    fc.assert(
      fc.property(instantArb, extractionArb, (touchedAt, extraction) => {
        const whole = rowExistenceStamp(touchedAt, extraction, MARGIN_MS);
        expect(whole >= datedExistenceStamp(touchedAt, extraction, MARGIN_MS)).toBe(true);
      }),
    );
  });
});

describe('a stamp that a person reads', () => {
  test('says the second, the feed, and the commit or when the row was read', () => {
    fc.assert(
      fc.property(instantArb, positionArb, extractionArb, (modifiedAt, position, extraction) => {
        const second = Math.floor(modifiedAt / 1000) * 1000;
        expect(readStamp(eventStamp(modifiedAt, position))).toEqual({
          ...{ modifiedAt: second, from: 'event', commitNumber: String(BigInt(position.commitNumber)) },
        });
        expect(readStamp(rowStamp(modifiedAt, extraction, MARGIN_MS))).toEqual({
          ...{ modifiedAt: second, from: 'row', extractedAt: extraction.at },
        });
      }),
    );
  });

  test('of a forgotten field says nothing', () => {
    expect(readStamp(forgottenRegister.stamp)).toBeNull();
  });
});
