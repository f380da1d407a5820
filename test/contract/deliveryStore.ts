import { describe, expect, test } from 'vitest';
import type { AcceptedEvent, DeliveryStore } from '#adapters/middleware/deliveries.ts';
import { got, memberId } from './given.ts';

/** What every store of deliveries promises. `open` gives an empty one, whose clock ticks at every look. */
export const deliveryStoreContract = (name: string, open: () => Promise<DeliveryStore>): void => {
  describe(`${name} as a delivery store`, () => {
    test('what is accepted waits, in its lane, as it came', async () => {
      const deliveries = await open();
      const foreign: AcceptedEvent = {
        ...eventOf('b'),
        lane: 'bulk',
        pass: null,
        traceparent: null,
        correlationId: null,
      };
      expect(await deliveries.accept([eventOf('a'), foreign])).toEqual(['Accepted', 'Accepted']);
      expect(await got(deliveries.oldest('live', 10))).toEqual([{ ...eventOf('a'), acceptedAt: expect.any(Number) }]);
      expect(await got(deliveries.oldest('bulk', 10))).toEqual([{ ...foreign, acceptedAt: expect.any(Number) }]);
      expect(await got(deliveries.waiting())).toEqual({ live: 1, bulk: 1 });
    });

    test('an event that is there already changes nothing, in another lane neither, nor in the same call', async () => {
      const deliveries = await open();
      expect(await deliveries.accept([eventOf('a')])).toEqual(['Accepted']);
      const changed: AcceptedEvent = { ...eventOf('a'), lane: 'bulk', content: '{"other":true}' };
      expect(await deliveries.accept([changed])).toEqual(['Duplicate']);
      expect((await deliveries.accept([eventOf('b'), eventOf('b')])).toSorted()).toEqual(['Accepted', 'Duplicate']);
      expect(await got(deliveries.waiting())).toEqual({ live: 2, bulk: 0 });
      expect(await got(deliveries.oldest('live', 10))).toMatchObject([eventOf('a'), eventOf('b')]);
    });

    test('two sources may give the same id', async () => {
      const deliveries = await open();
      const other = { ...eventOf('a'), source: 'somebody' };
      expect(await deliveries.accept([eventOf('a'), other])).toEqual(['Accepted', 'Accepted']);
      expect(await got(deliveries.waiting())).toEqual({ live: 2, bulk: 0 });
    });

    test('what waits longest is first, and only as many as asked for', async () => {
      const deliveries = await open();
      const ids = Array.from({ length: 12 }, (_, index) => `e-${index}`);
      for (const id of ids) await deliveries.accept([eventOf(id)]);
      expect((await got(deliveries.oldest('live', 5))).map(({ id }) => id)).toEqual(ids.slice(0, 5));
    });

    test('a large event comes back whole', async () => {
      const deliveries = await open();
      const content = JSON.stringify({ text: 'Zoë '.repeat(50_000) });
      expect(await deliveries.accept([{ ...eventOf('a'), content }])).toEqual(['Accepted']);
      expect((await got(deliveries.oldest('live', 1)))[0]?.content).toBe(content);
    });

    test('nothing asked for is nothing done', async () => {
      const deliveries = await open();
      expect(await deliveries.accept([])).toEqual([]);
      expect(await got(deliveries.oldest('live', 1))).toEqual([]);
    });
  });
};

export const eventOf = (id: string): AcceptedEvent => ({
  id,
  source: 'billfold.wallet',
  type: 'WalletPassUpdated',
  lane: 'live',
  pass: { memberId, revision: 7, changed: [] },
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  correlationId: 'event e-1',
  content: `{"id":"${id}"}`,
});
