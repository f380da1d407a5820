import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import {
  diffPass,
  type EventStore,
  emptyHead,
  type HistoryPoint,
  type MemberAsOf,
  type MemberHistory,
  memberAsOf,
  memberHistory,
  memberStream,
  registry,
  type TravelTo,
} from '#domain/index.ts';
import { pointsWithin, seenOn } from '#domain/workflow/historyPoints.ts';
import { memberEvents } from '#test/bench/memberEvents.ts';
import { learnt } from '#test/support/asking.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { observationsOf } from '#test/support/observe.ts';
import { historyArb, idOf, play } from '#test/support/org.ts';
import { ADA, event, PROMOTION } from '#test/support/scenario.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2024, 1, 20);
/** Nine days between one observation and the next: time alone changes passes in between. */
const recordedAt = (index: number): number => FIRST + index * 9 * DAY_MS;

const lookingAt = (events: Pick<EventStore, 'load'>, now: number, timeZone = 'Europe/Paris') => {
  let turns = 0;
  const giveWay = async (): Promise<void> => {
    turns += 1;
  };
  const deps = { events, releases: memoryReleaseStore(), registry, clock: () => now, timeZone, giveWay };
  return {
    turnsOfOthers: () => turns,
    history: async (id: string, limit?: number, after: MemberHistory['next'] = null): Promise<MemberHistory> =>
      right(await memberHistory(deps)(id, after, limit)()),
    asOf: async (id: string, to: TravelTo): Promise<MemberAsOf> => right(await memberAsOf(deps)(id, to)()),
  };
};

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error('refused');
  return either.right;
};

const travelTo = ({ because, version, evaluatedAt }: HistoryPoint): TravelTo =>
  because === 'event' ? { type: 'version', version } : { type: 'instant', at: evaluatedAt };

describe('the history of a member', () => {
  test('is what time travel shows at each of its points, and nothing changes between them', async () => {
    const because = { event: 0, definition: 0, time: 0 };
    await fc.assert(
      fc.asyncProperty(historyArb({ maxLength: 40 }), async (operations) => {
        const observations = play(operations).feeds.flatMap((item) => observationsOf(item));
        const now = recordedAt(observations.length) + 500 * DAY_MS;
        const { history, asOf } = lookingAt((await learnt(observations, undefined, recordedAt)).events, now);
        for (const id of [idOf('Contact', 0), idOf('Contact', 1)]) {
          const { points, next, lastVersion } = await history(id);
          expect(next).toBeNull();
          let before: MemberAsOf['pass'] = null;
          for (const [index, point] of points.entries()) {
            because[point.because] += 1;
            const { pass, version } = await asOf(id, travelTo(point));
            if (pass === null) throw new Error('a point without a pass');
            expect(point).toMatchObject({ version, ...seenOn(pass), changed: diffPass(before, pass) });
            const following = points[index + 1]?.evaluatedAt ?? now + 1;
            const later = await asOf(id, { type: 'instant', at: following - 1 });
            if (following > point.evaluatedAt) expect(later.pass).toEqual(pass);
            before = pass;
          }
          const today = await asOf(id, { type: 'instant', at: now });
          expect([today.version, today.pass]).toEqual([lastVersion, before]);
        }
      }),
      { numRuns: 60 },
    );
    // What histories hold is left to chance: only that the law speaks of something is not.
    expect(because.event).toBeGreaterThan(100);
    expect(because.time).toBeGreaterThan(5);
  });

  test('gives way to others after every few commits, however long a page is', async () => {
    const said = Array.from({ length: 100 }, (_, index) => event('Contact', { MemberNumber__c: `M-${index}` }));
    const { events } = await learnt(
      said.map((one, index) => one(index)),
      undefined,
      recordedAt,
    );
    const { history, turnsOfOthers } = lookingAt(events, Date.UTC(2027, 0, 1));
    expect((await history(ADA)).lastVersion).toBe(100);
    expect(turnsOfOthers()).toBeGreaterThanOrEqual(10);
  });

  test('tells by what the pass changed: an event, a definition, or time alone', async () => {
    const said = [
      event('Contact', { MemberNumber__c: 'M-1' }),
      event('Promotion__c', { Active__c: 'true', Title__c: 'Spring' }),
      event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', Promotion__c: PROMOTION, ValidTo__c: '2024-06-30' }),
      event('Promotion__c', { Title__c: 'Summer' }),
    ];
    const { events } = await learnt(
      said.map((one, index) => one(index)),
      undefined,
      recordedAt,
    );
    const { points } = await lookingAt(events, Date.UTC(2025, 0, 1)).history(ADA);
    expect(points.map(({ because, types, evaluatedAt }) => [because, types[0], evaluatedAt])).toEqual([
      ['event', 'MemberEnrolled', recordedAt(0)],
      ['event', 'PromotionGranted', recordedAt(2)],
      ['definition', undefined, recordedAt(3)],
      // Expiring and ended, at midnight in Paris.
      ['time', undefined, Date.UTC(2024, 5, 23, 22)],
      ['time', undefined, Date.UTC(2024, 5, 30, 22)],
    ]);
  });

  test('of a member that nobody knows is empty', async () => {
    const { history } = lookingAt((await learnt([])).events, FIRST);
    expect(await history('nobody')).toMatchObject({ lastVersion: 0, recorded: null, points: [], next: null });
  });

  test('in pages shows every change of tier, the first change and the last, as one answer with room for all does', async () => {
    const events = await manyEvents(400);
    const { history } = lookingAt(events, FIRST + 1200 * DAY_MS, 'UTC');
    const whole = (await history('M', 10_000)).points;
    const pages: HistoryPoint[] = [];
    for (let after: MemberHistory['next'] = null; ; ) {
      const { points, next, lastVersion } = await history('M', 7, after);
      expect(points.length).toBeLessThanOrEqual(7);
      expect(lastVersion).toBe(400);
      pages.push(...points);
      after = next;
      if (next === null) break;
    }
    expect(turns(whole).length).toBeGreaterThan(7);
    const placesOf = (points: readonly HistoryPoint[]) =>
      points.map(({ version, evaluatedAt }) => `${version}.${evaluatedAt}`);
    expect(placesOf(pages)).toEqual(expect.arrayContaining(placesOf(turns(whole))));
    expect(pages.at(-1)).toMatchObject({ version: whole.at(-1)?.version, evaluatedAt: whole.at(-1)?.evaluatedAt });
    expect(pages.reduce((sum, { changes }) => sum + changes, 0)).toBe(whole.length);
  });
});

describe('points within a limit', () => {
  test('are the first, the last, each change of tier, and stand for all that were added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('A', 'A', 'A', 'A', 'A', 'A', 'A', 'B'), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 3, max: 40 }),
        (tiers, limit) => {
          const points = pointsWithin(limit);
          const all = tiers.map((tier, index) => pointOf(tier, index + 1));
          const taken = all.findIndex((point) => !points.add(point));
          const added = taken === -1 ? all : all.slice(0, taken + 1);
          const kept = points.points();
          expect(kept.length).toBeLessThanOrEqual(limit);
          expect(kept.map(({ version }) => version)).toEqual(
            expect.arrayContaining([...turns(added), ...added.slice(-1)].map(({ version }) => version)),
          );
          expect(kept.reduce((sum, { changes }) => sum + changes, 0)).toBe(added.length);
        },
      ),
    );
  });
});

const pointOf = (tier: string, version: number): HistoryPoint => ({
  ...{ version, recordedAt: version, evaluatedAt: version, because: 'event', types: [], changed: [], changes: 1 },
  ...{ status: 'active', tier, next: null, qualifyingSpend: { amount: '0.00', currency: 'EUR' }, lifetime: [] },
});

/** The first point, and each whose tier or status is not that of the one before. */
const turns = (points: readonly HistoryPoint[]): readonly HistoryPoint[] =>
  points.filter(({ tier, status }, index) => {
    const before = points[index - 1];
    return before === undefined || before.tier !== tier || before.status !== status;
  });

const manyEvents = async (count: number): Promise<EventStore> => {
  const { events } = ingesting().deps;
  let head = emptyHead(memberStream('M'));
  for (const [index, event] of memberEvents(3, count).entries()) {
    const origin = { type: 'event', eventId: 'e' } as const;
    const at = FIRST + index * 2 * DAY_MS;
    head = right(await events.append({ head, events: [event], recordedAt: at, origin, lane: 'live' })());
  }
  return events;
};
