import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { Claim, DeliveryKey, Settlement, Verdict } from '#adapters/delivery/delivery.ts';
import { revisionOf } from '#adapters/delivery/delivery.ts';
import type { DeliveryPage, DeliveryStore, Route } from '#adapters/delivery/deliveryStore.ts';
import type { Clock } from '#domain/index.ts';
import { at, got, memberId } from './given.ts';

export type OpenDeliveries = (deps: { readonly clock: Clock; readonly route: Route }) => Promise<DeliveryStore>;

/** What every store of deliveries promises. `open` gives an empty one. */
export const deliveryStoreContract = (name: string, open: OpenDeliveries): void => {
  describe(`${name} as a delivery store`, () => {
    test('what is accepted waits for each destination that wants it, in its lane, and is handed out as it came', async () => {
      const { store, claim } = await scene({ open });
      const foreign = foreignOf('o-1', { lane: 'bulk' });
      expect(await store.accept([eventOf(7), foreign])).toEqual(['Accepted', 'Accepted']);
      for (const destination of ['apple', 'google'])
        expect(await got(store.due(destination, 'live', 10))).toEqual([keyOf(destination)]);
      expect(await got(store.due('shop', 'live', 10))).toEqual([]);
      expect(await got(store.due('shop', 'bulk', 10))).toEqual([foreignKey]);
      const { delivery, content } = await claim(keyOf('apple'));
      expect(content).toEqual({
        type: 'card',
        card: {
          ...{ memberId, revision: 7, event: eventOf(7), changed: ['tier.name'] },
          modifiedAt: Math.floor(at / 1_000) * 1_000,
        },
      });
      expect(delivery).toMatchObject({ state: 'waiting', lane: 'live', wanted: 7, done: 0, since: at, failures: 0 });
      expect((await claim(foreignKey)).content).toEqual({ type: 'event', event: foreign });
      expect(await got(store.waiting('apple'))).toEqual({ live: 1, bulk: 0, dead: 0, oldestSince: at });
      expect(await got(store.waiting('nobody'))).toEqual({ live: 0, bulk: 0, dead: 0, oldestSince: null });
    });

    test('an older or equal revision changes nothing, nor does an event that is known, also in the same call', async () => {
      const { store, claim } = await scene({ open });
      expect(await store.accept([eventOf(2)])).toEqual(['Accepted']);
      expect(await store.accept([eventOf(1), eventOf(2, { lane: 'bulk', content: '{}' })])).toEqual(both('Duplicate'));
      expect(await store.accept([foreignOf('a'), foreignOf('a', { content: '{}' })])).toEqual([
        'Accepted',
        'Duplicate',
      ]);
      expect(await store.accept([foreignOf('a'), foreignOf('a', { source: 'else' })])).toEqual([
        'Duplicate',
        'Accepted',
      ]);
      expect((await claim(keyOf('apple'))).content).toMatchObject({ card: { event: eventOf(2) } });
      expect(await got(store.waiting('shop'))).toMatchObject({ live: 2 });
    });

    test('revisions that come together are one delivery of the last, which tells all that changed', async () => {
      const { store, claim } = await scene({ open });
      const events = [eventOf(1), eventOf(3, { changed: ['spend'] }), eventOf(2), eventOf(4, { lane: 'bulk' })];
      expect(await store.accept(events)).toEqual(['Accepted', 'Accepted', 'Duplicate', 'Accepted']);
      expect(await got(store.waiting('apple'))).toMatchObject({ live: 1, bulk: 0 });
      const { delivery, content } = await claim(keyOf('apple'));
      expect(delivery).toMatchObject({ wanted: 4, lane: 'live' });
      expect(content).toMatchObject({ card: { revision: 4, changed: ['spend', 'tier.name'] } });
    });

    test('what changed is told from the revision on that holders are known to have', async () => {
      const { store, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), { type: 'Delivered' });
      await store.accept([eventOf(2, { changed: ['spend'] })]);
      expect(await cardOf(store)).toMatchObject({ changed: ['spend'] });
      await store.accept([eventOf(3)]);
      expect(await cardOf(store)).toMatchObject({ changed: ['spend', 'tier.name'] });
    });

    test('what a clock that was ahead put off is found, the farthest first, and due as soon as it is brought forward', async () => {
      const { store, clock, work, claim } = await scene({ open });
      await store.accept([eventOf(1), eventOf(1, { memberId: 'm-honest' }), foreignOf('o-1', { lane: 'bulk' })]);
      await work(keyOf('google'), { type: 'Confirm', at: at + DAY_MS });
      await work(keyOf('apple', 'm-honest'), later(at + 60_000));
      clock.now += 3 * DAY_MS;
      await work(keyOf('apple'), later(clock.now + 5_000));
      await store.accept([eventOf(1, { memberId: 'm-2' })]);
      await work(foreignKey, { type: 'Confirm', at: clock.now + DAY_MS });
      clock.now = at;
      const ahead = (destination: string) => got(store.ahead(destination, 10));
      const [first, ...others] = await ahead('apple');
      expect(others.map(({ key }) => key)).toEqual([keyOf('apple', 'm-2'), keyOf('apple', 'm-honest')]);
      expect(first).toMatchObject({ key: keyOf('apple'), due: at + 3 * DAY_MS + 5_000, inHandUntil: null });
      expect(await ahead('google')).toMatchObject([{ key: keyOf('google', 'm-2') }]);
      expect(await ahead('shop')).toMatchObject([{ key: foreignKey, state: 'confirming' }]);
      expect(await got(store.due('apple', 'live', 10))).toEqual([]);

      expect(await got(store.bringForward(keyOf('apple'), at))).toBe(false);
      await store.accept([eventOf(2)]);
      await got(store.bringForward(keyOf('apple'), first?.due ?? 0));
      await got(store.bringForward(foreignKey, at + 4 * DAY_MS));
      expect(await got(store.due('apple', 'live', 10))).toEqual([keyOf('apple')]);
      expect(await stateOf(store, 'apple')).toMatchObject({ due: at, since: at, updatedAt: at, failures: 1 });
      expect((await claim(keyOf('apple'))).content).toMatchObject({ card: { revision: 2 } });
      expect((await claim(foreignKey)).delivery).toMatchObject({ state: 'confirming' });
    });

    test('what was decided by it and is written when it is right again is put off for as long as was meant', async () => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const taken = await claim(keyOf('apple'));
      const ahead = clock.now + 3_600_000;
      const decided = { ...settlementOf(taken, later(ahead + 5_000)), decidedAt: ahead };
      expect(await got(store.settle(taken, decided))).toBe('Settled');
      expect(await stateOf(store, 'apple')).toMatchObject({ due: at + 5_000, backedOffMs: 5_000 });
    });

    test('so is what somebody took by it, who may settle as long as nobody else has taken it', async () => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      clock.now += 3 * DAY_MS;
      const taken = await claim(keyOf('apple'));
      clock.now = at;
      const until = at + 3 * DAY_MS + LEASE_MS;
      expect(await got(store.ahead('apple', 10))).toMatchObject([{ key: keyOf('apple'), inHandUntil: until }]);
      await got(store.bringForward(keyOf('apple'), until));
      expect(await got(store.ahead('apple', 10))).toEqual([]);
      expect(await got(store.settle(taken, settlementOf(taken, later(at + 1_000))))).toBe('Settled');
      clock.now += 1_000;
      expect((await claim(keyOf('apple'))).delivery).toMatchObject({ failures: 1, backedOffMs: 1_000, since: at });
    });

    test('each revision is later by a whole second', async () => {
      const { store } = await scene({ open });
      const seen: number[] = [];
      for (const revision of [1, 2, 3]) {
        await store.accept([eventOf(revision)]);
        seen.push((await cardOf(store)).modifiedAt - Math.floor(at / 1_000) * 1_000);
      }
      expect(seen).toEqual([0, 1_000, 2_000]);
    });

    test('bulk never takes what waits out of the live lane, and live takes it out of bulk', async () => {
      const { store } = await scene({ open });
      await store.accept([eventOf(1, { lane: 'bulk' })]);
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
      await store.accept([eventOf(2)]);
      await store.accept([eventOf(3, { lane: 'bulk' })]);
      expect(await got(store.due('apple', 'live', 9))).toEqual([keyOf('apple')]);
      expect(await got(store.due('apple', 'bulk', 9))).toEqual([]);
      expect(await got(store.ofMember(memberId))).toMatchObject([{ lane: 'live' }, { lane: 'live' }]);
    });

    test('a destination that is added later gets what is said again, and the others do not', async () => {
      let destinations = ['apple'];
      const { store, work } = await scene({ open, route: () => destinations });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), { type: 'Delivered' });
      destinations = ['apple', 'google'];
      expect(await store.accept([eventOf(1, { lane: 'bulk' })])).toEqual(['Accepted']);
      expect(await store.accept([eventOf(1)])).toEqual(['Duplicate']);
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
      expect(await got(store.due('google', 'bulk', 1))).toEqual([keyOf('google')]);
    });

    test('what nobody wants is known all the same', async () => {
      const { store, clock } = await scene({ open, route: () => [] });
      expect(await store.accept([eventOf(1), foreignOf('a')])).toEqual(both('Accepted'));
      clock.now += 1;
      expect(await store.accept([eventOf(1), foreignOf('a')])).toEqual(both('Duplicate'));
      expect(await cardOf(store)).toMatchObject({ revision: 1 });
    });

    test('only one has a delivery in hand, until the claim is over', async () => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const first = await claim(keyOf('apple'));
      expect(first.until).toBe(at + LEASE_MS);
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
      clock.now += LEASE_MS;
      const second = await claim(keyOf('apple'));
      expect(await got(store.settle(first, settlementOf(first, { type: 'Delivered' })))).toBe('Lost');
      expect(await got(store.ofMember(memberId))).toMatchObject([{ done: 0 }, { done: 0 }]);
      expect(await got(store.settle(second, settlementOf(second, { type: 'Delivered' })))).toBe('Settled');
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
    });

    test('a claim that is over and that nobody took since still settles', async () => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const late = await claim(keyOf('apple'));
      clock.now += 2 * LEASE_MS;
      expect(await got(store.settle(late, settlementOf(late, { type: 'Delivered' })))).toBe('Settled');
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
    });

    test('a settlement said again is settled once', async () => {
      const { store, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const claimed = await claim(keyOf('apple'));
      const failed = settlementOf(claimed, later(at + 5));
      for (let time = 0; time < 2; time++) expect(await got(store.settle(claimed, failed))).toBe('Settled');
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'waiting', failures: 1, due: at + 5 });
    });

    test('what came of it is kept: steps, reason, progress, and how often it failed', async () => {
      const { store, clock, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), later(at + 10), { progress: { object: 'x' } });
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{
          state: 'waiting',
          failures: 1,
          reason: 'status 503',
          progress: { object: 'x' },
          steps: [step],
          due: at + 10,
        },
        ...{ since: at, done: 0 },
      });
      clock.now = at + 10;
      await work(keyOf('apple'), { ...later(at + 20), isFailure: false });
      expect(await stateOf(store, 'apple')).toMatchObject({ failures: 1, progress: null });
      clock.now = at + 20;
      await work(keyOf('apple'), { type: 'Delivered' });
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{ state: 'delivered', failures: 0, reason: null, since: null, due: null, done: 1, updatedAt: at + 20 },
      });
      expect(await got(store.waiting('apple'))).toMatchObject({ live: 0, bulk: 0, oldestSince: null });
    });

    test('what is newer waits for a back-off, and then all goes at once', async () => {
      const { store, clock, claim, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), later(at + 500));
      await store.accept([eventOf(2)]);
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
      clock.now = at + 500;
      expect((await claim(keyOf('apple'))).content).toMatchObject({ card: { revision: 2 } });
    });

    test.each<[Verdict['type'], Verdict]>([
      ['Delivered', { type: 'Delivered' }],
      ['Confirm', { type: 'Confirm', at: at + 9_000 }],
      ['Dead', { type: 'Dead', reason: 'refused' }],
    ])('what is newer than what was worked on waits at once, whatever came of it: %s', async (_, verdict) => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const claimed = await claim(keyOf('apple'));
      clock.now += 5;
      await store.accept([eventOf(2, { lane: 'bulk' })]);
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
      clock.now += 5;
      expect(await got(store.settle(claimed, settlementOf(claimed, verdict)))).toBe('Settled');
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{ state: 'waiting', lane: 'live', wanted: 2, since: at + 5, due: at + 10, failures: 0, reason: null },
        done: verdict.type === 'Delivered' ? 1 : 0,
      });
      expect((await claim(keyOf('apple'))).content).toMatchObject({ card: { revision: 2 } });
    });

    test('what is newer than what failed waits for its back-off too', async () => {
      const { store, clock, claim } = await scene({ open });
      await store.accept([eventOf(1)]);
      const claimed = await claim(keyOf('apple'));
      await store.accept([eventOf(2)]);
      await got(store.settle(claimed, settlementOf(claimed, later(at + 500))));
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
      clock.now = at + 500;
      expect((await claim(keyOf('apple'))).delivery).toMatchObject({ wanted: 2, failures: 1 });
    });

    test('what was handed over is looked at again when it is time, without keeping anything newer waiting', async () => {
      const { store, clock, claim, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), { type: 'Confirm', at: at + 900 });
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'confirming', due: at + 900, since: null, done: 0 });
      expect(await got(store.waiting('apple'))).toEqual({ live: 0, bulk: 0, dead: 0, oldestSince: null });
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
      clock.now = at + 900;
      expect(await got(store.due('apple', 'bulk', 1))).toEqual([keyOf('apple')]);
      await work(keyOf('apple'), { type: 'Confirm', at: at + 9_000 });
      await store.accept([eventOf(2)]);
      expect((await claim(keyOf('apple'))).delivery).toMatchObject({ state: 'waiting', lane: 'live', wanted: 2 });
    });

    test('the dead are listed until something newer comes, which starts anew', async () => {
      const { store, clock, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), later(at));
      await work(keyOf('apple'), { type: 'Dead', reason: 'status 400' });
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{ state: 'dead', reason: 'status 400', failures: 1, due: null, since: null, steps: [step] },
      });
      expect(await got(store.waiting('apple'))).toEqual({ live: 0, bulk: 0, dead: 1, oldestSince: null });
      clock.now += 1;
      for (const lane of ['live', 'bulk'] as const) expect(await got(store.due('apple', lane, 1))).toEqual([]);
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
      await store.accept([eventOf(2, { lane: 'bulk' })]);
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{ state: 'waiting', lane: 'bulk', failures: 0, reason: null, since: at + 1, due: at + 1 },
      });
    });

    test('a nudge makes it due by then: delivered, confirming, waiting, and also what is in hand', async () => {
      const { store, clock, claim, work } = await scene({ open });
      const key = keyOf('apple');
      await got(store.nudge(key, at));
      expect(await got(store.ofMember(memberId))).toEqual([]);
      await store.accept([eventOf(1)]);
      await work(key, { type: 'Delivered' });
      await got(store.nudge(key, at + 30));
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'confirming', due: at + 30, done: 1 });
      await got(store.nudge(key, at + 40));
      await got(store.nudge(key, at + 20));
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'confirming', due: at + 20 });
      clock.now = at + 20;
      const claimed = await claim(key);
      for (const time of [at + 70, at + 60, at + 80]) await got(store.nudge(key, time));
      await got(store.settle(claimed, settlementOf(claimed, { type: 'Delivered' })));
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'confirming', due: at + 60 });
      clock.now = at + 60;
      await work(key, later(at + 5_000));
      await got(store.nudge(key, at + 100));
      await store.accept([eventOf(2)]);
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'waiting', due: at + 100 });
      clock.now = at + 100;
      await work(key, { type: 'Dead', reason: 'refused' });
      await got(store.nudge(key, at + 100));
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'dead', due: null });
    });

    test('the dead are driven again in the bulk lane, as if nothing had been tried', async () => {
      const { store, work } = await scene({ open });
      const key = keyOf('apple');
      expect(await got(store.redrive(key, true))).toBe(false);
      await store.accept([eventOf(1)]);
      expect(await got(store.redrive(key, true))).toBe(false);
      await work(key, { type: 'Dead', reason: 'refused' }, { progress: 'half' });
      expect(await got(store.redrive(key, false))).toBe(true);
      expect(await stateOf(store, 'apple')).toMatchObject({
        ...{ state: 'waiting', lane: 'bulk', failures: 0, reason: null, steps: [], progress: null, due: at, since: at },
      });
      await work(key, { type: 'Delivered' });
      expect(await got(store.redrive(key, false))).toBe(false);
      expect(await got(store.redrive(key, true))).toBe(true);
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'waiting', wanted: 1, done: 0 });
    });

    test('what waits for another try is driven at once, in its lane; what is in hand is left alone', async () => {
      const { store, claim, work } = await scene({ open });
      await store.accept([eventOf(1)]);
      await work(keyOf('apple'), later(at + 5_000));
      expect(await got(store.redrive(keyOf('apple'), false))).toBe(true);
      expect(await stateOf(store, 'apple')).toMatchObject({ state: 'waiting', lane: 'live', due: at, failures: 0 });
      await claim(keyOf('apple'));
      expect(await got(store.redrive(keyOf('apple'), true))).toBe(false);
    });

    test('what is due longest comes first, and only as many as asked for', async () => {
      const { store, clock } = await scene({ open });
      const ids = Array.from({ length: 12 }, (_, index) => `m-${index}`);
      for (const id of ids) {
        await store.accept([eventOf(1, { memberId: id })]);
        clock.now += 1;
      }
      const keys = await got(store.due('apple', 'live', 5));
      expect(keys).toEqual(ids.slice(0, 5).map((id) => keyOf('apple', id)));
    });

    test('those in a state are listed page by page, each once, and those of others are not', async () => {
      const { store, clock, work } = await scene({ open });
      const ids = Array.from({ length: 7 }, (_, index) => `m-${index}`);
      await store.accept(ids.map((id) => eventOf(1, { memberId: id, lane: 'bulk' })));
      for (const id of ids.slice(0, 3)) await work(keyOf('apple', id), { type: 'Dead', reason: 'refused' });
      await work(keyOf('apple', 'm-3'), { type: 'Confirm', at: at + 5 });
      clock.now += 9;
      const listed = async (state: 'waiting' | 'dead' | 'confirming', limit: number) => {
        const seen: (readonly string[])[] = [];
        for (let next: string | null = null, pages = 0; ; pages++) {
          expect(pages).toBeLessThan(20);
          const page: DeliveryPage = await got(store.list('apple', state, { limit, next }));
          expect(page.deliveries.length).toBeLessThanOrEqual(limit);
          for (const delivery of page.deliveries) expect(delivery).toMatchObject({ state });
          seen.push(page.deliveries.map(({ key }) => (key.subject.type === 'member' ? key.subject.memberId : '')));
          if (page.next === null) return seen.flat().toSorted();
          next = page.next;
        }
      };
      expect(await listed('dead', 2)).toEqual(['m-0', 'm-1', 'm-2']);
      expect(await listed('confirming', 2)).toEqual(['m-3']);
      expect(await listed('waiting', 2)).toEqual(['m-4', 'm-5', 'm-6']);
      expect(await listed('waiting', 100)).toEqual(['m-4', 'm-5', 'm-6']);
    });

    test('cards are found one and many, those that are not there left out', async () => {
      const { store } = await scene({ open });
      await store.accept([eventOf(1), eventOf(2, { memberId: 'm-2' })]);
      expect(await got(store.card('m-3'))).toEqual(O.none);
      const cards = await got(store.cards([memberId, 'm-2', 'm-3', 'm-2']));
      expect(cards.map((card) => card.memberId).toSorted()).toEqual([memberId, 'm-2'].toSorted());
    });

    test('a large event comes back whole', async () => {
      const { store, claim } = await scene({ open });
      const content = JSON.stringify({ text: 'Zoë '.repeat(50_000) });
      await store.accept([{ ...eventOf(1), content }, foreignOf('o-1', { content })]);
      expect((await claim(keyOf('apple'))).content).toMatchObject({ card: { event: { content } } });
      expect((await claim(foreignKey)).content).toMatchObject({ event: { content } });
    });

    test('names with the signs that keys are made of keep apart', async () => {
      const { store } = await scene({ open });
      await store.accept([eventOf(1, { memberId: 'a#to#b' }), foreignOf('x#to#shop', { source: 'y#to#shop' })]);
      expect(await got(store.due('apple', 'live', 9))).toEqual([keyOf('apple', 'a#to#b')]);
      expect(await got(store.due('shop', 'live', 9))).toEqual([
        { subject: { type: 'event', source: 'y#to#shop', id: 'x#to#shop' }, destination: 'shop' },
      ]);
    });

    test('the same events taken in by two at once are accepted by one', async () => {
      const { store } = await scene({ open });
      const [one, two] = await Promise.all([
        store.accept([eventOf(1), foreignOf('a')]),
        store.accept([eventOf(1), foreignOf('a')]),
      ]);
      expect([...one, ...two].toSorted()).toEqual(['Accepted', 'Accepted', 'Duplicate', 'Duplicate']);
      const revisions = [2, 3, 4, 5, 6];
      await Promise.all(revisions.map((revision) => store.accept([eventOf(revision)])));
      expect(await cardOf(store)).toMatchObject({ revision: 6 });
      expect(await stateOf(store, 'google')).toMatchObject({ wanted: 6 });
    });

    test('nothing asked for is nothing done', async () => {
      const { store } = await scene({ open });
      expect(await store.accept([])).toEqual([]);
      expect(await got(store.cards([]))).toEqual([]);
      expect(await got(store.due('apple', 'live', 1))).toEqual([]);
      expect(await got(store.claim(keyOf('apple'), LEASE_MS))).toEqual(O.none);
    });
  });
};

const LEASE_MS = 1_000;
const both = <A>(value: A): readonly A[] => [value, value];

/** A store whose clock is moved by hand. Wallet events go to apple and google, all others to shop. */
const scene = async ({ open, route = wantedBy }: { readonly open: OpenDeliveries; readonly route?: Route }) => {
  const clock = { now: at };
  const store = await open({ clock: () => clock.now, route });
  const claim = async (key: DeliveryKey): Promise<Claim> => {
    const claimed = await got(store.claim(key, LEASE_MS));
    return O.isSome(claimed) ? claimed.value : expect.unreachable('there is nothing to claim');
  };
  const work = async (key: DeliveryKey, verdict: Verdict, some: Partial<Settlement> = {}): Promise<void> => {
    const claimed = await claim(key);
    expect(await got(store.settle(claimed, { ...settlementOf(claimed, verdict), ...some }))).toBe('Settled');
  };
  return { store, clock, claim, work };
};
const wantedBy: Route = ({ pass }) => (pass === null ? ['shop'] : ['apple', 'google']);

const stateOf = async ({ ofMember }: DeliveryStore, destination: string) =>
  (await got(ofMember(memberId))).find(({ key }) => key.destination === destination);

const cardOf = async ({ card }: DeliveryStore) => {
  const found = await got(card(memberId));
  return O.isSome(found) ? found.value : expect.unreachable('there is no card');
};

const DAY_MS = 86_400_000;

const later = (time: number) => ({ type: 'Later', at: time, reason: 'status 503', isFailure: true }) as const;
const step = { step: 'push', at, outcome: 'failed', status: 503, reason: null, tries: 2, durationMs: 1.5 } as const;
const settlementOf = ({ content }: Claim, verdict: Verdict): Settlement => ({
  ...{ verdict, revision: revisionOf(content), steps: [step], progress: null },
});

export const keyOf = (destination: string, ofMember = memberId): DeliveryKey => ({
  subject: { type: 'member', memberId: ofMember },
  destination,
});
const foreignKey: DeliveryKey = { subject: { type: 'event', source: 'shop', id: 'o-1' }, destination: 'shop' };

type Said = Partial<Pick<AcceptedEvent, 'lane' | 'content'>>;
/** A wallet event of that revision. */
export const eventOf = (
  revision: number,
  {
    changed = ['tier.name'],
    memberId: of = memberId,
    ...some
  }: Said & { changed?: readonly string[]; memberId?: string } = {},
): AcceptedEvent => ({
  id: `${of}.${revision}`,
  source: 'billfold.wallet',
  type: 'WalletPassUpdated',
  lane: 'live',
  pass: { memberId: of, revision, changed },
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  correlationId: 'event e-1',
  content: `{"id":"${of}.${revision}"}`,
  ...some,
});

/** An event of somebody else. */
export const foreignOf = (id: string, some: Said & { readonly source?: string } = {}): AcceptedEvent => ({
  ...{ id, source: 'shop', type: 'Shipped', lane: 'live', pass: null, traceparent: null, correlationId: null },
  content: `{"id":"${id}"}`,
  ...some,
});
