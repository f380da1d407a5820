import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerTable } from '#infra/cost/ledger.ts';
import { costOf, together } from '#infra/cost/usage.ts';
import { dayOf } from '#infra/scale/bill.ts';
import { shardsOf, tableSizes } from '#infra/scale/capacity.ts';
import { CLOCK_A_SECOND, simulatedDay } from '#infra/scale/day.ts';
import { hitsOf, used } from '#infra/scale/limits.ts';
import { changesADay, dueADay, programmeOf, rowsADay } from '#infra/scale/programme.ts';
import { type Flow, inOrder, liveFirst } from '#infra/scale/queue.ts';

const DAY = 1_440;
const sum = (flow: Flow): number => flow.reduce((total, { live, bulk }) => total + live + bulk, 0);
const twoDays = (of: (minute: number) => Flow[number]): Flow =>
  Array.from({ length: 2 * DAY }, (_, minute) => of(minute % DAY));

describe('a queue', () => {
  const flow = fc
    .array(fc.record({ live: fc.nat(50), bulk: fc.nat(50) }), { minLength: 1, maxLength: 40 })
    .map((minutes) => twoDays((minute) => minutes[minute] ?? { live: 0, bulk: 0 }));

  it.each([inOrder, liveFirst])(
    '%o lets through what came, never more at a time than fits, and never before it came',
    (serve) => {
      fc.assert(
        fc.property(flow, fc.integer({ min: 1, max: 60 }), (arriving, perMinute) => {
          const { out } = serve(arriving, perMinute);
          let waiting = 0;
          for (const [minute, { live, bulk }] of out.entries()) {
            expect(live + bulk).toBeLessThanOrEqual(perMinute + 1e-6);
            waiting += (arriving[minute]?.live ?? 0) + (arriving[minute]?.bulk ?? 0) - live - bulk;
            expect(waiting).toBeGreaterThanOrEqual(-1e-6);
          }
          expect(sum(out)).toBeCloseTo(sum(arriving), 4);
        }),
        { numRuns: 30 },
      );
    },
  );

  it('by hand: 100 at once, ten a minute, are gone after ten minutes, and what comes with them waits as long', () => {
    const burst = twoDays((minute) => (minute === 5 ? { live: 20, bulk: 80 } : { live: 0, bulk: 0 }));
    expect(inOrder(burst, 10)).toMatchObject({ waits: { live: 9, bulk: 9 }, isBehind: { live: false, bulk: false } });
    expect(liveFirst(burst, 10).waits).toEqual({ live: 1, bulk: 9 });
  });

  it('where more comes in a day than fits, bulk falls behind and live does not', () => {
    const much = twoDays(() => ({ live: 4, bulk: 7 }));
    expect(inOrder(much, 10).isBehind).toEqual({ live: true, bulk: true });
    expect(liveFirst(much, 10).isBehind).toEqual({ live: false, bulk: true });
  });
});

describe('a programme', () => {
  const million = programmeOf(1_000_000, 24);

  it('by hand: a million members, two changes a month, a purchase among two', () => {
    expect(changesADay(million)).toBeCloseTo(65_753, 0);
    expect(dueADay(million)).toBeCloseTo(1_000_000 * (1 - Math.exp(-12 / 365)), 6);
    expect(rowsADay(million)).toBe(1_000_000 * (3 + 36));
  });

  it('asks of DynamoDB in a day what the ledger says of each change, each pass at midnight and each row', () => {
    const { newPurchase, foldVisible, acceptEvent, deliver, nothingNewInBatch, openFile, runReport } = ledgerTable;
    const ofPass = foldVisible.writeUnits + acceptEvent.writeUnits + 2 * deliver.writeUnits;
    const day = together(...Object.values(dayOf(million, ledgerTable)));
    const runs = 4 * (openFile.writeUnits + 2 * runReport.writeUnits);
    expect(day.writeUnits).toBeCloseTo(
      changesADay(million) * (newPurchase.writeUnits + ofPass) + dueADay(million) * ofPass + runs,
      3,
    );
    expect(day.readUnits).toBeGreaterThan((rowsADay(million) * nothingNewInBatch.readUnits) / 100);
  });

  it('costs as much more as it is larger, but for what stands', () => {
    const day = (members: number): number =>
      costOf(together(...Object.values(dayOf(programmeOf(members, 24), ledgerTable))));
    expect(day(10_000_000) / day(1_000_000)).toBeCloseTo(10, 1);
  });

  it('has tables whose partitions hold ten GB at the most', () => {
    for (const { gb, partitions, writes } of tableSizes(programmeOf(100_000_000, 104), ledgerTable)) {
      expect(gb / partitions).toBeLessThanOrEqual(10);
      expect(writes / partitions).toBeLessThanOrEqual(1_000);
    }
  });
});

describe('limits', () => {
  it('by hand: 50,000 change events a day are 760,000 members with two changes a month, and end first', () => {
    const [first] = hitsOf(24, ledgerTable);
    expect(first?.limit.name).toContain('Salesforce');
    expect(first?.members).toBeGreaterThan(760_000);
    expect(first?.members).toBeLessThan(761_500);
  });

  it('end where they say: a little below all fits, there it does not', () => {
    for (const rate of [4, 104])
      for (const { limit, members } of hitsOf(rate, ledgerTable).filter(({ members }) => Number.isFinite(members))) {
        expect(used(limit, programmeOf(members * 0.998, rate)), limit.name).toBeLessThan(1);
        expect(used(limit, programmeOf(members, rate)), limit.name).toBeGreaterThanOrEqual(1);
      }
  });
});

describe('a simulated day', () => {
  const dayOfSize = (members: number) => {
    const programme = programmeOf(members, 24);
    return simulatedDay(programme, shardsOf(tableSizes(programme, ledgerTable)));
  };

  it('by hand: the clock is done with midnight when as many as are due went through', () => {
    const minutes = dueADay(programmeOf(10_000_000, 24)) / (CLOCK_A_SECOND * 60);
    const clock = dayOfSize(10_000_000).find(({ stage }) => stage === 'clock');
    expect(clock).toMatchObject({ liveWait: 'none', bulkWait: Math.ceil(minutes) - 1 });
  });

  it('lets no live change of a million members wait, and shows where those of a hundred million do', () => {
    for (const { liveWait } of dayOfSize(1_000_000)) expect([0, 'none']).toContain(liveWait);
    const waits = new Map(dayOfSize(100_000_000).map(({ stage, liveWait }) => [stage, liveWait]));
    expect(waits.get('ingest')).toBeGreaterThan(10);
    expect(waits.get('Google')).toBe('more each day');
  });
});
