import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  type Catalog,
  type Cause,
  type Commit,
  emptyCatalog,
  holdsDefinitions,
  type Lineup,
  type Live,
  type MemberEvent,
  memberStream,
  passParts,
  registry,
  unseen,
  walletEventOf,
} from '#domain/index.ts';
import { catalogArb, memberEventsArb, momentArb } from '#test/support/arbitraries.ts';
import { ADA, deleted, event, learnAll, memberEventsOf, PROMOTION, type Said } from '#test/support/scenario.ts';

const NOW = { at: Date.UTC(2026, 0, 9, 12), timeZone: 'UTC' };
const DAY_MS = 86_400_000;
const cause: Cause = { lane: 'live', causationId: 'member-1@1', correlationId: 'event 1' };

/** What the pass is rendered from: further projections may show more, and change by time. */
const lineup: Lineup = Object.fromEntries(Object.entries(registry.main).filter(([name]) => passParts.has(name)));

const commitAfter = (live: Live, events: readonly MemberEvent[]): readonly Commit[] =>
  events.length === 0
    ? []
    : [
        {
          ...{ stream: memberStream(live.memberId), version: live.asOf + 1, events, recordedAt: 0, lane: 'live' },
          origin: { type: 'event', eventId: '1' },
        },
      ];

const advanced = (live: Live, events: readonly MemberEvent[], now = NOW, catalog: Catalog = emptyCatalog): Live =>
  advance(live, commitAfter(live, events), now, catalog, cause, lineup);

/** LIVE after each observation of the history, one fold each. */
const lives = (...history: readonly Said[]): readonly Live[] => {
  const steps = history.map((_, index) => memberEventsOf(learnAll(history.slice(0, index + 1)), ADA));
  let live = unseen(ADA);
  return steps.map((events, index) => {
    live = advanced(live, events.slice(steps[index - 1]?.length ?? 0));
    return live;
  });
};
const changes = (...history: readonly Said[]) =>
  lives(...history).map(({ change, revision }) => (change === null ? revision : [change.kind, revision]));

const numbered = event('Contact', { MemberNumber__c: 'M-1' });
const withdrawn = event('Contact', { MemberNumber__c: null });
const provisional = event('Order', {
  BillToContactId: ADA,
  Status: 'Activated',
  TotalAmount: '1',
  EffectiveDate: '2026-01-02',
});

describe('LIVE', () => {
  test('publishes nothing while the member is provisional; the first pass is issued', () => {
    expect(changes(provisional, numbered)).toEqual([0, ['WalletPassIssued', 1]]);
  });

  test('of a member first seen withdrawn publishes nothing at revision 0; coming back it is issued', () => {
    expect(changes(withdrawn, provisional, numbered)).toEqual([0, 0, ['WalletPassIssued', 1]]);
    const [seen, , issued] = lives(withdrawn, provisional, numbered);
    expect(seen?.pass?.status).toBe('withdrawn');
    expect(issued?.change?.changed).toEqual(Object.keys(issued?.pass ?? {}));
  });

  test('withdraws a pass once, and still follows its records', () => {
    expect(changes(numbered, withdrawn, event('Contact', { FirstName: 'Zoë' }))).toEqual([
      ['WalletPassIssued', 1],
      ['WalletPassWithdrawn', 2],
      ['WalletPassUpdated', 3],
    ]);
  });

  test('that comes back is updated, and says that its status changed', () => {
    const back = lives(numbered, deleted('Contact'), event('Contact')).at(-1);
    expect(back?.change).toMatchObject({ kind: 'WalletPassUpdated', changed: ['status'] });
  });

  test('publishes nothing where the holder would see no difference', () => {
    expect(changes(numbered, event('Contact', { Email: 'zoe@example.test' }))).toEqual([['WalletPassIssued', 1], 1]);
  });

  test('names the cause of a change', () => {
    expect(lives(numbered)[0]?.change?.cause).toBe(cause);
  });

  test('is told of what happens at a later time, by time alone, and of nothing before', () => {
    const member = memberEventsOf(learnAll([numbered, provisional]), ADA);
    const issued = advanced(unseen(ADA), member);
    expect(issued.due).toBe(Date.UTC(2027, 0, 2));
    expect(advanced(issued, [], { ...NOW, at: issued.due! - 1 }).change).toBeNull();
    expect(advanced(issued, [], { ...NOW, at: issued.due! }).change?.changed).toContain('spend.last12Months');
  });

  test('changes with a definition that it holds', () => {
    const grant = event('Voucher__c', { Member__c: ADA, Status__c: 'Issued', Promotion__c: PROMOTION });
    const issued = advanced(unseen(ADA), memberEventsOf(learnAll([numbered, grant]), ADA));
    expect([holdsDefinitions(issued), holdsDefinitions(unseen(ADA))]).toEqual([true, false]);
    const definition = { title: 'Spring', terms: null, startsOn: null, endsOn: null, isActive: true, exists: true };
    const rendered = advanced(issued, [], NOW, { version: 7, definitions: { [PROMOTION]: definition } });
    expect(rendered).toMatchObject({ catalogVersion: 7, change: { changed: ['promotions'] } });
  });

  const stepArb = fc.record({ events: memberEventsArb, now: momentArb, catalog: catalogArb });

  test('never takes back its time, catalog version, revision or version, and counts its writes', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 5 }), (steps) => {
        let live = unseen(ADA);
        for (const { events, now, catalog } of steps) {
          const next = advanced(live, events, now, catalog);
          expect(next.evaluatedAt).toBe(Math.max(live.evaluatedAt, now.at));
          expect(next.catalogVersion).toBe(Math.max(live.catalogVersion, catalog.version));
          expect(next.revision).toBe(live.revision + (next.change === null ? 0 : 1));
          expect(next.asOf).toBe(live.asOf + events.length);
          expect(next.ver).toBe(live.ver + 1);
          expect(next.epoch).toBe(live.epoch);
          if (next.due !== null) expect(next.due).toBeGreaterThan(next.evaluatedAt);
          live = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  test('says a change exactly where an issued pass differs, and then a wallet event carries it', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { minLength: 1, maxLength: 5 }), (steps) => {
        let live = unseen(ADA);
        for (const { events, now, catalog } of steps) {
          const next = advanced(live, events, now, catalog);
          const isDifferent = JSON.stringify(next.pass) !== JSON.stringify(live.pass);
          const isFirst = live.revision === 0 && next.pass?.status === 'active';
          if (live.revision > 0 && next.pass !== null) expect(next.change !== null).toBe(isDifferent);
          if (live.revision === 0) expect(next.change !== null).toBe(isFirst);
          const told = walletEventOf(next, 'traceparent');
          expect(told?.detail.metadata.revision).toBe(next.change === null ? undefined : next.revision);
          if (told !== null) expect(told.detail.data).toEqual({ changed: next.change?.changed, pass: next.pass });
          live = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  test('evaluated again with nothing new is the same, at the same revision', () => {
    fc.assert(
      fc.property(stepArb, fc.nat({ max: 400 * DAY_MS }), ({ events, now, catalog }, laterMs) => {
        const live = advanced(unseen(ADA), events, now, catalog);
        const before = advanced(live, [], { ...now, at: now.at - laterMs }, catalog);
        const within = Math.min(now.at + laterMs, (live.due ?? Number.POSITIVE_INFINITY) - 1);
        for (const again of [before, advanced(live, [], { ...now, at: within }, catalog)]) {
          expect(again).toMatchObject({ pass: live.pass, revision: live.revision, change: null, due: live.due });
        }
      }),
      { numRuns: 200 },
    );
  });
});
