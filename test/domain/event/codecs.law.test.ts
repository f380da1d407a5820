import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { type EventType, eventCodecs } from '#domain/index.ts';
import { eventArbs } from '#test/support/arbitraries.ts';

const types = Object.keys(eventCodecs) as readonly EventType[];

describe.each(types)('%s', (type) => {
  const codec: t.Mixed = eventCodecs[type];
  const eventArb: fc.Arbitrary<object> = eventArbs[type];
  const stored = (event: object): unknown => JSON.parse(JSON.stringify(codec.encode(event)));

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(eventArb, (event) => {
        expect(codec.decode(stored(event))).toEqual(E.right(event));
      }),
      { numRuns: 30 },
    );
  });

  test('is not read with a part missing, or as another type; what it does not know is dropped', () => {
    fc.assert(
      fc.property(eventArb, fc.constantFrom(...types), (event, other) => {
        const whole = stored(event) as Record<string, unknown>;
        for (const part of Object.keys(whole)) {
          const { [part]: _, ...rest } = whole;
          expect(E.isLeft(codec.decode(rest))).toBe(true);
        }
        expect(E.isRight(codec.decode({ ...whole, type: other }))).toBe(other === type);
        expect(codec.decode({ ...whole, unheardOf: 1 })).toEqual(E.right(event));
      }),
      { numRuns: 20 },
    );
  });
});
