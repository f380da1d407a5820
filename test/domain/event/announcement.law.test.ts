import fc from 'fast-check';
import { expect, test } from 'vitest';
import { announcementsOf, type Commit, type DomainEvent } from '#domain/index.ts';
import { eventArbs } from '#test/support/arbitraries.ts';

const eventsArb = fc.array(fc.oneof(...Object.values<fc.Arbitrary<DomainEvent>>(eventArbs)), { minLength: 1 });
const commitOf = (events: readonly DomainEvent[], lane: Commit['lane']): Commit => ({
  ...{ stream: 'member-003-1', version: 7, events, recordedAt: Date.UTC(2026, 4, 1), lane },
  origin: { type: 'event', eventId: 'e' },
});

test('every event is announced whole but for what is personal', () => {
  fc.assert(
    fc.property(eventsArb, (events) => {
      const announced = JSON.parse(JSON.stringify(announcementsOf(commitOf(events, 'live'))));
      const clear = JSON.parse(JSON.stringify(events, (key, value) => (key === 'personal' ? undefined : value)));
      expect(announced.map(({ detail }: { detail: { data: unknown } }) => detail.data)).toEqual(clear);
      expect(JSON.stringify(announced)).not.toContain('"personal"');
    }),
    { numRuns: 200 },
  );
});

test('an announcement says which event it is, and the same again has the same id', () => {
  const events = fc.sample(eventsArb, { numRuns: 20, seed: 1 }).find(({ length }) => length >= 2) ?? [];
  expect(announcementsOf(commitOf(events, 'live'))[1]).toMatchObject({
    type: events[1]?.type,
    detail: { metadata: { eventId: 'member-003-1@8', version: 8, recordedAt: '2026-05-01T00:00:00.000Z' } },
  });
});

test('a commit of a load is one MemberBaselined, which counts its events', () => {
  const events = fc.sample(eventArbs.PurchaseRecorded, 3);
  expect(announcementsOf(commitOf(events, 'bulk'))).toMatchObject([
    { type: 'MemberBaselined', detail: { data: { toVersion: 9, events: { PurchaseRecorded: 3 } } } },
  ]);
});
