import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topology } from '#adapters/topology.ts';
import { changeThatShows, firstLoad, rowWithoutNews, runOfFlow } from '#infra/cost/cost.ts';
import { aNight, transitionsOf } from '#infra/cost/costNights.ts';
import { costTables } from '#infra/cost/costPage.ts';
import { ledgerTable } from '#infra/cost/ledger.ts';
import { prices } from '#infra/cost/prices.ts';
import { peakOf, scalingTables, stages } from '#infra/cost/scaling.ts';
import { costOf, together, type Usage } from '#infra/cost/usage.ts';
import { scaleTables } from '#infra/scale/scalePage.ts';
import { walkDefinition } from '#infra/walkDefinition.ts';
import { alarmsOf } from '#infra/watch/alarms.ts';
import { type Definition, interpret } from '#test/support/interpret.ts';

const page = new URL('../../infra/COST.md', import.meta.url);
const all = (steps: Readonly<Record<string, Usage>>): Usage => together(...Object.values(steps));

describe('the page', () => {
  it.each(Object.entries(costTables(ledgerTable)))('prints the %s that is computed', (name, markdown) => {
    const text = readFileSync(page, 'utf8');
    const [before = '', rest = ''] = text.split(`<!-- ${name} -->`);
    const [, after = ''] = rest.split(`<!-- /${name} -->`);
    const expected = `${before}<!-- ${name} -->\n${markdown}\n<!-- /${name} -->${after}`;
    if (process.env.BILLFOLD_WRITE_DOCS === '1') writeFileSync(page, expected);
    else expect(text).toBe(expected);
  });

  it('says of each price where it is from, and which is not confirmed', () => {
    for (const { of, source, dollars, per } of Object.values(prices)) {
      expect(source.length, of).toBeGreaterThan(5);
      expect(dollars * per, of).toBeGreaterThan(0);
    }
    expect(
      Object.values(prices)
        .filter(({ isConfirmed }) => !isConfirmed)
        .map(({ of }) => of),
    ).toEqual(expect.arrayContaining([expect.stringContaining('AppFlow'), expect.stringContaining('Firehose')]));
  });
});

describe('a change that shows', () => {
  const one = all(changeThatShows(ledgerTable, 'one'));
  const full = all(changeThatShows(ledgerTable, 'full'));
  const delivery = changeThatShows(ledgerTable, 'one')['middleware: the deliveries table'];

  it('asks of DynamoDB what the ledger asserts of a purchase, of a fold, and of a delivery to two destinations', () => {
    const { newPurchase, foldVisible, acceptEvent, deliver } = ledgerTable;
    expect(delivery.writeUnits).toBe(acceptEvent.writeUnits + 2 * deliver.writeUnits);
    expect(delivery.readUnits).toBe(acceptEvent.readUnits + 2 * deliver.readUnits);
    expect(one.writeUnits).toBe(newPurchase.writeUnits + foldVisible.writeUnits + (delivery.writeUnits ?? 0));
    expect(one.readUnits).toBe(newPurchase.readUnits + foldVisible.readUnits + (delivery.readUnits ?? 0));
    // 4 + 3 write units at 0.625, 1 + 1 read units at 0.125: by hand.
    expect(costOf({ writeUnits: 7, readUnits: 2 }) * 1e6).toBeCloseTo(4.625, 6);
  });

  it('is on three buses, in three pipes, in two queues, in five functions', () => {
    expect(one).toMatchObject({ busEvents: 3, pipeRequests: 3, sqsRequests: 6, lambdaRequests: 5 });
  });

  it('costs the same events and pipes in full batches, and a share of requests by the sizes of the topology', () => {
    const { ingest, relayLive } = topology.queueSources;
    expect(full).toMatchObject({ busEvents: 3, pipeRequests: 3, writeUnits: one.writeUnits, readUnits: one.readUnits });
    expect(full.sqsRequests).toBeCloseTo(2 + 2 / ingest.batchSize + 2 / relayLive.batchSize, 9);
    expect(full.lambdaRequests).toBeCloseTo(1 / 10 + 1 / 500 + 1 / 100 + 1 / 10 + 1 / 10, 9);
    expect(costOf(full)).toBeLessThan(costOf(one));
  });
});

describe('a row that says nothing new', () => {
  it('is half a read unit and no write', () => {
    const row = all(rowWithoutNews(ledgerTable));
    expect(row.readUnits).toBe(0.5);
    expect(row.writeUnits ?? 0).toBe(0);
  });

  it('brings a run with it, which is two reports and a file', () => {
    const run = runOfFlow(ledgerTable);
    expect(run.writeUnits).toBe(2 * ledgerTable.runReport.writeUnits + ledgerTable.openFile.writeUnits);
    expect(run.appFlowRuns).toBe(1);
  });
});

describe('a first load', () => {
  const scattered = all(firstLoad(ledgerTable, 'scattered'));
  const sideBySide = all(firstLoad(ledgerTable, 'sideBySide'));

  it('writes, for each member, what the ledger says of a member, of twelve rows of theirs, and of the folds', () => {
    const { newMember, newPurchase, rowsOfOneMember, firstFold, foldVisible, acceptEvent, deliver } = ledgerTable;
    const ofRevision = acceptEvent.writeUnits + 2 * deliver.writeUnits;
    const ofMember = newMember.writeUnits + newMember.keys;
    const perMember = (load: Usage, folds: number): number => (load.writeUnits ?? 0) / 1e6 - (1 + folds) * ofRevision;
    expect(perMember(scattered, 12)).toBeCloseTo(
      ofMember + 12 * newPurchase.writeUnits + firstFold.writeUnits + 12 * foldVisible.writeUnits,
      6,
    );
    expect(perMember(sideBySide, 1)).toBeCloseTo(
      ofMember + (12 * rowsOfOneMember.writeUnits) / 25 + firstFold.writeUnits + foldVisible.writeUnits,
      6,
    );
  });

  it('is cheaper where rows of a member meet', () => {
    expect(costOf(sideBySide)).toBeLessThan(costOf(scattered) / 2);
  });
});

describe('the jobs of a night', () => {
  const kept = { members: 1_000_000, commits: 13_000_000 };
  const night = all(aNight(ledgerTable, kept));

  it('read the whole log each, strongly consistent, each pass twice, and the card of the middleware', () => {
    // By hand: 13 million commits of 600 bytes in pieces of 4 KB, twice; three reads a member, one of them half; one in a hundred again; their keys.
    expect(night.readUnits).toBeCloseTo(2 * 1_904_297 + 2_500_000 + 10_000 + 505_000, -1);
    expect(ledgerTable.walkPage.readUnits * 2).toBeGreaterThan(ledgerTable.loadStream.readUnits);
    expect(night.writeUnits ?? 0).toBe(0);
  });

  it('cost as much again where the log is as long again, of the log alone', () => {
    const longer = aNight(ledgerTable, { ...kept, commits: 2 * kept.commits });
    expect((all(longer).readUnits ?? 0) - (night.readUnits ?? 0)).toBeCloseTo(2 * 1_904_297, -1);
  });

  it.each([
    [8, 1],
    [3, 4],
  ])('enter as many states as the machine does: %d segments, %d turns of each', async (segments, turns) => {
    const walked = new Map<number, number>();
    const invoke = async (payload: unknown) => {
      const { action, segment } = payload as { readonly action: string; readonly segment: number };
      if (action !== 'walk') return { jobId: 'one', segments: Array.from({ length: segments }, (_, at) => at) };
      walked.set(segment, (walked.get(segment) ?? 0) + 1);
      return { state: walked.get(segment) === turns ? 'done' : 'more' };
    };
    let entered = 0;
    const isStopped = (): boolean => {
      entered += 1;
      return false;
    };
    const input = { request: topology.nightly.verify.request, mayWait: true };
    const machine = walkDefinition('walk', 4) as unknown as Definition;
    await interpret(machine, { invoke, isStopped })(input, { Execution: { Name: 'one' } });
    expect(entered).toBe(transitionsOf(segments, turns));
  });
});

describe('the page on scaling', () => {
  const scaling = new URL('../../infra/SCALING.md', import.meta.url);

  it.each(Object.entries({ ...scalingTables(), ...scaleTables(ledgerTable) }))(
    'prints the %s that are computed',
    (name, markdown) => {
      const text = readFileSync(scaling, 'utf8');
      const [before = '', rest = ''] = text.split(`<!-- ${name} -->`);
      const [, after = ''] = rest.split(`<!-- /${name} -->`);
      const expected = `${before}<!-- ${name} -->\n${markdown}\n<!-- /${name} -->${after}`;
      if (process.env.BILLFOLD_WRITE_DOCS === '1') writeFileSync(scaling, expected);
      else expect(text).toBe(expected);
    },
  );

  it('names knobs that there are, and alarms that there are', () => {
    const text = readFileSync(scaling, 'utf8');
    const paths = [...text.matchAll(/`((?:queueSources|pipes|walks|functions)\.[\w.]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(paths.length).toBeGreaterThan(5);
    const at = (path: string): unknown =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], topology);
    expect(paths.filter((path) => typeof at(path) !== 'number')).toEqual([]);
    const alarms = alarmsOf({ prefix: 'x', feeds: [], jobsArn: 'x', middlewareHost: 'fargate' }).map(
      ({ name }) => name,
    );
    for (const alarm of [
      'queue-age-ingest',
      'queue-age-relayLive',
      'lag-projector',
      'deliveries-old',
      'middleware-failing',
    ])
      expect(alarms).toContain(alarm);
  });

  it('by hand: four at once of ten in 170 ms are 235 a second, and two million a day peak at 231', () => {
    expect(stages().find(({ name }) => name === 'ingest')?.perSecond).toBeCloseTo(235.3, 1);
    expect(peakOf(2_000_000)).toBeCloseTo(231.5, 1);
  });
});

describe('the documents of the infrastructure', () => {
  it.each([
    'COST.md',
    'SCALING.md',
    ...readdirSync(new URL('../../infra/runbooks/', import.meta.url)).map((name) => `runbooks/${name}`),
  ])('%s names only files that exist', (name) => {
    const text = readFileSync(new URL(`../../infra/${name}`, import.meta.url), 'utf8');
    const paths = [...text.matchAll(/`((?:domain|adapters|infra|test)\/[\w./-]*\w)`/g)].map(([, path = '']) => path);
    expect(paths.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
  });
});
