import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packEvent, unpackEvent } from '#adapters/dynamodb/packedEvents.ts';
import { type DomainEvent, type EventType, eventCodecs, mapPersonalFacts, type SealedFacts } from '#domain/index.ts';
import { eventArbs } from '#test/support/arbitraries.ts';

const types = Object.keys(eventCodecs) as readonly EventType[];
const byType: Readonly<Record<EventType, fc.Arbitrary<DomainEvent>>> = eventArbs;

/** The event as a commit stores it, and the personal facts that it took out. */
const packed = (event: DomainEvent) => {
  const personal: SealedFacts[] = [];
  const taken = mapPersonalFacts(event, (facts) => personal.push(facts as SealedFacts) - 1) as DomainEvent;
  return { text: JSON.stringify(packEvent(taken)), personal };
};
const unpacked = (text: string, personal: readonly SealedFacts[] = []) => unpackEvent(JSON.parse(text), personal);

describe.each(types)('a packed %s', (type) => {
  test('is unpacked as it was, its parts in their order', () => {
    fc.assert(
      fc.property(byType[type], (event) => {
        const { text, personal } = packed(event);
        expect(unpacked(text, personal)).toStrictEqual(event);
        expect(text.length).toBeLessThanOrEqual(JSON.stringify(event).length);
      }),
      { numRuns: 50 },
    );
  });

  test('with parts that this code does not know is unpacked with them', () => {
    fc.assert(
      fc.property(byType[type], fc.constantFrom('beside', 'previous', 'current'), (event, where) => {
        const parts: Record<string, unknown> = { ...event };
        const part = parts[where];
        const strange =
          where === 'beside' ? { ...parts, unheardOf: [1] } : { ...parts, [where]: part && { ...part, unheardOf: 1 } };
        if (part === undefined && where !== 'beside') return;
        const { text, personal } = packed(strange as unknown as DomainEvent);
        expect(unpacked(text, personal)).toStrictEqual(strange);
      }),
      { numRuns: 30 },
    );
  });
});

test('personal facts whose key was destroyed are empty', () => {
  fc.assert(
    fc.property(byType.MemberEnrolled, (event) => {
      expect(unpacked(packed(event).text)).toMatchObject({ current: { personal: { firstName: null, email: null } } });
    }),
  );
});

test('counts are kept apart where they are not what the purchase says', () => {
  const counts = { boughtOn: '2026-03-02', currency: 'EUR', minorUnits: 1250, isReduction: false };
  const current = {
    ...{ number: null, boughtOn: '2026-03-01', status: null, amount: '12.5', currency: 'EUR', isReduction: false },
    ...{ originalPurchase: null, counts },
  };
  const event = { type: 'PurchaseRecorded', purchaseId: '801', current } as const;
  expect(unpacked(packed(event).text)).toStrictEqual(event);
});

test.each(['null', '1', '[]', '["??"]', '["__proto__","801",[]]', '["pc","801",[null],[9,1]]', '["pc","801",7,[0,1]]'])(
  'what is no packed event is left to its codec: %s',
  (text) => {
    const event = unpacked(text);
    const isOfType = typeof event === 'object' && event !== null && 'type' in event;
    expect(isOfType && eventCodecs.PurchaseCorrected.is(event)).toBe(false);
  },
);
