import { describe, expect, it } from 'vitest';
import { checks } from './checks/all.ts';
import { nothingLost } from './checks/nothingLost.ts';
import { passesAreTrue } from './checks/passesAreTrue.ts';
import { publishedRight } from './checks/publishedRight.ts';
import { faults } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';
import { planOf } from './plan.ts';
import { holds, linesOf } from './report.ts';
import { type ChaosOptions, type ChaosReport, runChaos } from './run.ts';

const short = (some: Partial<ChaosOptions>): Promise<ChaosReport> =>
  runChaos({
    ...{ seed: 11, forMs: 0, faults, checks, changes: 40, longestMs: 150, inARow: 13, onStruck: () => undefined },
    ...some,
  });

describe('a live system, harmed in every way there is', () => {
  const ofTheClock = faults.filter(({ name }) => name.startsWith('clock'));

  it.each([
    { which: 'but those of the clock', some: { faults: faults.filter((fault) => !ofTheClock.includes(fault)) } },
    { which: 'of the clock', some: { faults: ofTheClock } },
  ])('keeps every promise (seed 11, each fault once, $which)', { timeout: 300_000 }, async ({ some }) => {
    const report = await short({ ...some, inARow: Math.ceil(some.faults.length / 2) });
    expect([...report.struck.flatMap(({ broken }) => broken), ...report.broken]).toEqual([]);
    expect(linesOf(some.faults, report.struck).filter(({ times }) => times !== 1)).toEqual([]);
    expect(report.published, 'the life of its members went on').toBeGreaterThan(40);
    expect(holds(report)).toBe(true);
  });

  it('is planned by the seed: the same faults in the same order, each as often as the others', () => {
    const planned = (seed: number) => {
      const plan = planOf(seed, faults);
      return Array.from({ length: faults.length * 2 }, () => plan.next().value);
    };
    expect(planned(1)).toEqual(planned(1));
    expect(planned(1)).not.toEqual(planned(2));
    const times = Map.groupBy(planned(1), ({ fault }) => fault.name);
    expect([...times.values()].map((strikes) => strikes.length)).toEqual(faults.map(() => 2));
  });
});

describe('what no system could keep', () => {
  /** Takes the place of the retailer and of billfold: an order of nobody's, and a pass that nobody has. */
  const forged: Fault = {
    name: 'forged input',
    strike: async ({ system, history }) => {
      const { put, walletEvents } = system.service();
      const creation = history.find((item) => item.type === 'event' && /"changeType":"CREATE"/.test(item.entry.Detail));
      if (creation?.type !== 'event') throw new Error('nothing was created');
      const Detail = creation.entry.Detail.replaceAll(/"(LastName|FirstName)":"[^"]*"/g, '"$1":"Mallory"')
        .replace(/"commitNumber":\d+/, '"commitNumber":9999999999999999999')
        .replace(/"commitTimestamp":\d+/, `"commitTimestamp":${Date.now()}`)
        .replace(/"LastModifiedDate":(\d+|"[^"]*")/, `"LastModifiedDate":"${new Date().toISOString()}"`);
      await put([{ type: 'event', entry: { ...creation.entry, Detail } }]);
      const [detail] = await walletEvents();
      if (detail === undefined) throw new Error('nothing was published');
      const forgery = { ...detail, metadata: { ...detail.metadata, revision: detail.metadata.revision + 50 } };
      const [Source, DetailType] = ['billfold.wallet', 'WalletPassUpdated'];
      const entry = { Source, DetailType, Detail: JSON.stringify(forgery), EventBusName: 'billfold-wallet' };
      await put([{ type: 'event', entry: { ...entry, Time: Date.now() / 1000 } }]);
    },
  };

  it('is found by the checks', { timeout: 120_000 }, async () => {
    const wanted = [passesAreTrue, nothingLost, publishedRight];
    const report = await short({ faults: [forged], checks: wanted, inARow: 1 });
    expect(report.broken.map(({ promise }) => promise)).toEqual(wanted.map(({ promise }) => promise));
    expect(holds(report)).toBe(false);
  });
});
