import { describe, expect, it } from 'vitest';
import { openOrders } from '#adapters/sample/openOrders.ts';
import type { MemberEvent, PurchaseFacts } from '#domain/index.ts';

const order = (some: Partial<PurchaseFacts> = {}): PurchaseFacts => ({
  ...{ number: '1', boughtOn: '2026-03-01', status: 'Completed', amount: '12.5', currency: 'EUR' },
  ...{ isReduction: false, originalPurchase: null },
  counts: { boughtOn: '2026-03-01', currency: 'EUR', minorUnits: 1250, isReduction: false },
  ...some,
});
const recorded = (purchaseId: string, current = order()): MemberEvent => ({
  type: 'PurchaseRecorded',
  purchaseId,
  current,
});
const idsOf = (events: readonly MemberEvent[]) => openOrders(events).map(({ id }) => id);

describe('the orders that can be returned', () => {
  it('are those that count, the latest first', () => {
    const later = recorded('b', order({ boughtOn: '2026-03-09' }));
    const events = [recorded('a'), later, recorded('c', order({ counts: null }))];
    expect(idsOf(events)).toEqual(['b', 'a']);
    expect(openOrders(events)[1]).toEqual({
      ...{ id: 'a', number: '1', boughtOn: '2026-03-01', amount: '12.5', currency: 'EUR' },
    });
  });

  it('are none that were returned, nor what returned them', () => {
    const reduction = recorded('r', order({ isReduction: true, originalPurchase: 'a', amount: '-12.5' }));
    expect(idsOf([recorded('a'), recorded('b'), reduction])).toEqual(['b']);
  });

  it('are none that were voided or became another member’s, and as they were last corrected', () => {
    const current = order({ amount: '7' });
    const corrected: MemberEvent = { type: 'PurchaseCorrected', purchaseId: 'b', previous: order(), current };
    const gone: readonly MemberEvent[] = [
      { type: 'PurchaseVoided', purchaseId: 'a', previous: order() },
      { type: 'PurchaseMovedOut', purchaseId: 'c', previous: order() },
    ];
    const events = [recorded('a'), recorded('b'), recorded('c'), corrected, ...gone];
    expect(openOrders(events)).toMatchObject([{ id: 'b', amount: '7' }]);
  });
});
