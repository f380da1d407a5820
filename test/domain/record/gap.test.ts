import { describe, expect, test } from 'vitest';
import { isStale, type SourceRecord } from '#domain/index.ts';
import { event, gap, learn, learnAll, row, type Said } from '#test/support/scenario.ts';

const recordAfter = (...history: readonly Said[]): SourceRecord => [...learnAll(history).records.values()][0]!;
const isStaleAfter = (...history: readonly Said[]): boolean => isStale(recordAfter(...history));

const gapAt = (at: number): Said => gap('Order', { at });
/** The margin of the programme is five seconds. */
const readAt = (extractedAt: number): Said => row('Order', {}, { at: 0, extractedAt });
const readWhoKnowsWhen =
  (extractedAt: number): Said =>
  (index) => ({ ...readAt(extractedAt)(index), reReadAt: null });

describe('a record of which something changed that nobody said', () => {
  test('is stale, and keeps what is known of it', () => {
    expect(isStaleAfter(gapAt(100))).toBe(true);
    expect(recordAfter(event('Order', { Status: 'Draft' }), gapAt(100))).toMatchObject({
      ...{ fields: { Status: { value: 'Draft' } }, existence: { says: 'exists' } },
    });
  });

  test('is stale until a load read it again clearly after that', () => {
    expect(isStaleAfter(gapAt(100), readAt(104.999))).toBe(true);
    expect(isStaleAfter(gapAt(100), readAt(105))).toBe(false);
    expect(isStaleAfter(gapAt(100), readWhoKnowsWhen(200))).toBe(true);
    expect(isStaleAfter(gapAt(100), event('Order', { Status: 'Draft' }, { at: 200 }))).toBe(true);
  });

  test('is not stale again when the same gap, or an older one, is told again', () => {
    const closed = [gapAt(100), readAt(105)];
    for (const again of [100, 90]) {
      expect(isStaleAfter(...closed, gapAt(again))).toBe(false);
      // The very same record: nothing is written for it.
      const known = learnAll(closed);
      expect([...learn(known, [gapAt(again)(2)]).records.values()][0]).toBe([...known.records.values()][0]);
    }
  });

  test('is stale again by a later gap, unless it was read clearly after that one too', () => {
    expect(isStaleAfter(gapAt(100), readAt(105), gapAt(101))).toBe(true);
    expect(isStaleAfter(gapAt(100), readAt(105), gapAt(101), readAt(106))).toBe(false);
    expect(isStaleAfter(gapAt(100), readAt(200), gapAt(195))).toBe(false);
  });
});
