import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusLog, emptyLog, rateOf, reduceBusLog } from '#adapters/console/page/api/busLog.ts';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';

const KEPT = 5;

const event = (store: number, sequence: number): CarriedEvent => ({
  ...{
    sequence,
    version: '0',
    id: `${store}/${sequence}`,
    'detail-type': 'WalletPassUpdated',
    source: 'billfold.wallet',
  },
  ...{ account: '', time: '', region: '', resources: [], detail: {} },
});

/** What can happen to a page, as its connection tells it: a bus that goes on, streams that break off, repeat or are replaced. */
const happeningArb = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('carry' as const), count: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('batch' as const),
      size: fc.integer({ min: 1, max: 9 }),
      again: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'lost' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('open' as const), back: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('replaced' as const), holds: fc.nat(4) }) },
);
type Happening = typeof happeningArb extends fc.Arbitrary<infer H> ? H : never;

const play = (happenings: readonly Happening[]) => {
  let store = 0;
  let head = 0;
  let begin = 0;
  let at = 0;
  /** Where the open stream has got to; null: there is none. */
  let cursor: number | null = null;
  let log = emptyLog;
  const logs: BusLog[] = [];
  let isSameStore = true;
  for (const happening of happenings) {
    at += 10;
    if (happening.type === 'carry') head += happening.count;
    else if (happening.type === 'replaced') {
      store += 1;
      head = happening.holds;
      cursor = null;
      isSameStore = false;
    } else if (happening.type === 'lost') {
      cursor = null;
      log = reduceBusLog(log, { type: 'Lost', at }, KEPT);
    } else if (happening.type === 'open') {
      const anew = Math.max(0, head - happening.back);
      const from: number = log.place === null || !isSameStore ? anew : Math.max(log.place, head - KEPT);
      if (log.place === null || !isSameStore || from > log.place) begin = from;
      log = reduceBusLog(log, { type: 'Opened', at, from, head, isSameStore }, KEPT);
      cursor = from;
      isSameStore = true;
    } else if (cursor !== null) {
      const first = Math.max(1, cursor - happening.again + 1);
      const last = Math.min(head, cursor + happening.size);
      const events = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => event(store, first + index));
      log = reduceBusLog(log, { type: 'Arrived', at, events }, KEPT);
      cursor = Math.max(cursor, last);
    }
    logs.push(log);
  }
  return { log, logs, begin, store: log.events[0]?.id.split('/')[0] };
};

describe('what the page knows of a bus', () => {
  it('is each event once, in order and never more than are kept, whatever repeats, breaks off or is replaced', () => {
    fc.assert(
      fc.property(fc.array(happeningArb, { maxLength: 60 }), (happenings) => {
        const { logs } = play(happenings);
        for (const { events, place } of logs) {
          const sequences = events.map(({ sequence }) => sequence);
          expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
          expect(events.length).toBeLessThanOrEqual(KEPT);
          expect(sequences.at(-1) ?? 0).toBeLessThanOrEqual(place ?? 0);
          expect(new Set(events.map(({ id }) => id.split('/')[0])).size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('misses none since it began or began anew, but those it says it dropped', () => {
    fc.assert(
      fc.property(fc.array(happeningArb, { maxLength: 60 }), (happenings) => {
        const { log, begin, store } = play(happenings);
        const known = Array.from({ length: (log.place ?? 0) - begin }, (_, index) => `${store}/${begin + index + 1}`);
        const kept = log.hasGap ? log.events.filter(({ sequence }) => sequence > begin) : log.events;
        expect(kept.map(({ id }) => id)).toEqual(known.slice(-KEPT));
        if (!log.hasGap) expect(log.dropped).toBe(known.length - log.events.length);
      }),
    );
  });

  it('is the same log where nothing new came, so that nothing is drawn again', () => {
    const opened = reduceBusLog(emptyLog, { type: 'Opened', at: 0, from: 0, head: 2, isSameStore: true });
    const log = reduceBusLog(opened, { type: 'Arrived', at: 1, events: [event(0, 1), event(0, 2)] });
    expect(reduceBusLog(log, { type: 'Arrived', at: 2, events: [event(0, 1), event(0, 2)] })).toBe(log);
  });

  it('is lost since the stream broke off, not since the last try', () => {
    const lost = reduceBusLog(emptyLog, { type: 'Lost', at: 5 });
    expect(reduceBusLog(lost, { type: 'Lost', at: 9 }).connection).toEqual({ type: 'lost', since: 5 });
  });

  it('begins anew in a store that is another one, and says so', () => {
    const opened = reduceBusLog(emptyLog, { type: 'Opened', at: 0, from: 0, head: 9, isSameStore: true });
    const log = reduceBusLog(opened, { type: 'Arrived', at: 1, events: [event(0, 9)] });
    const anew = reduceBusLog(log, { type: 'Opened', at: 7, from: 0, head: 2, isSameStore: false });
    expect(anew).toMatchObject({ events: [], place: 0, begunAnewAt: 7, connection: { type: 'live', since: 7 } });
  });
});

describe('the rate', () => {
  const opened = reduceBusLog(emptyLog, { type: 'Opened', at: 0, from: 0, head: 2, isSameStore: true });

  it('is of what happens, not of what had happened when the stream was opened', () => {
    const log = reduceBusLog(opened, { type: 'Arrived', at: 0, events: [1, 2, 3, 4, 5].map((n) => event(0, n)) });
    expect(rateOf(log, 0)).toBe(1);
  });

  it('falls to nothing when nothing happens', () => {
    const log = reduceBusLog(opened, { type: 'Arrived', at: 0, events: [event(0, 3)] });
    expect(rateOf(log, 2_999)).toBeGreaterThan(0);
    expect(rateOf(log, 3_000)).toBe(0);
  });
});
