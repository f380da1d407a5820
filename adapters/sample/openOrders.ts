import type { DomainEvent, PurchaseFacts } from '#domain/index.ts';

/** A purchase that can be returned. amount: decimal text, above 0. */
export type OpenOrder = {
  readonly id: string;
  readonly number: string | null;
  readonly boughtOn: string | null;
  readonly amount: string;
  readonly currency: string;
};

/** Of a member's events: the orders that count and were not returned, the latest first. */
export const openOrders = (events: readonly DomainEvent[]): readonly OpenOrder[] => {
  const orders = new Map<string, PurchaseFacts>();
  for (const event of events) {
    if (!('purchaseId' in event)) continue;
    if ('current' in event) orders.set(event.purchaseId, event.current);
    else orders.delete(event.purchaseId);
  }
  const returned = new Set([...orders.values()].map(({ originalPurchase }) => originalPurchase));
  return [...orders]
    .flatMap(([id, order]) => (returned.has(id) ? [] : (openOrder(id, order) ?? [])))
    .sort((a, b) => (b.boughtOn ?? '').localeCompare(a.boughtOn ?? ''));
};

const openOrder = (id: string, { number, boughtOn, amount, isReduction, counts }: PurchaseFacts): OpenOrder | null =>
  isReduction || counts === null || amount === null || !(Number(amount) > 0)
    ? null
    : { id, number, boughtOn, amount, currency: counts.currency };
