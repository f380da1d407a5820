import { afterEach, describe, expect, it } from 'vitest';
import type { Upkeep } from '#adapters/http/answers/upkeep.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { retail } from '#domain/index.ts';
import type { WireItem } from '#test/support/wire.ts';
import { billfold as billfoldCli } from './process.ts';
import { freshFolder, outside, removeFolder, startedIn } from './support.ts';

let stopAll: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopAll.reverse()) await stop();
  stopAll = [];
});

const FLOW = 'all-contacts';
const mapping = { ...retail, flows: { [FLOW]: 'Contact' }, fullLoads: [FLOW] };

/** A running billfold that was told which flow reads all contacts. */
const start = async (folder: string) => {
  const { url, stop } = await startedIn(folder, { mapping });
  stopAll.push(stop);
  return {
    ...{ ...outside(url, folder), url, stop },
    cli: (...args: readonly string[]) => billfoldCli(args, url),
  };
};

const startFresh = async () => {
  const folder = await freshFolder();
  stopAll.push(() => removeFolder(folder));
  return { ...(await start(folder)), folder };
};
type Billfold = Awaited<ReturnType<typeof start>>;

const day = (date: number): number => Date.UTC(2026, 9, date);
const idOf = (index: number): string => salesforceId('Contact', index + 1);
const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

const event = (source: string, detailType: string, detail: object): Extract<WireItem, { type: 'event' }> => ({
  type: 'event',
  entry: { Source: source, DetailType: detailType, Detail: JSON.stringify(detail), Time: day(1) / 1000 },
});

const report = (kind: 'Start' | 'End', executionId: string, startedAt: number, rows: number) =>
  event('aws.appflow', `AppFlow ${kind} Flow Run Report`, {
    ...{ 'flow-name': FLOW, 'execution-id': executionId, 'source-object': 'Contact' },
    'start-time': `${new Date(startedAt).toISOString()}[UTC]`,
    ...(kind === 'End' && {
      'end-time': `${new Date(startedAt + 60_000).toISOString()}[UTC]`,
      ...{ 'num-of-records-processed': String(rows), 'num-of-record-failures': '0', status: 'Execution Successful' },
    }),
  });

const fileOf = (executionId: string, indexes: readonly number[]): Extract<WireItem, { type: 'file' }> => {
  const at = '2026-09-01T08:00:00.000+0000';
  const rows = indexes.map((index) => ({
    ...{ Id: idOf(index), MemberNumber__c: `M-${index}`, IsDeleted: false, LastModifiedDate: at, SystemModstamp: at },
  }));
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return { type: 'file', object: 'Contact', executionId, fileName: 'part', extractedAtMs: day(20), text };
};

type RunText = {
  readonly executionId: string;
  readonly state: string;
  readonly rows: number;
  readonly reported: number;
};
const runsOf = async (billfold: Billfold) => (await billfold.get<{ items: readonly RunText[] }>('/api/runs')).items;
const upkeepOf = async (billfold: Billfold): Promise<Upkeep> => (await billfold.untilIdle()).upkeep;

/** A whole run: what AppFlow says before and after its files. `reported`: where that is not what the files hold. */
const run = async (
  billfold: Billfold,
  executionId: string,
  startedAt: number,
  indexes: readonly number[],
  reported: number = indexes.length,
): Promise<void> => {
  await billfold.put([report('Start', executionId, startedAt, 0)]);
  await billfold.untilIdle();
  await billfold.drop(fileOf(executionId, indexes), FLOW);
  await billfold.untilIdle();
  await billfold.put([report('End', executionId, startedAt, reported)]);
  await billfold.untilIdle();
};

const gapEvent = (changeType: string, recordId: string, entityName: string, at: number) =>
  event('aws.partner/appflow/salesforce.com/111122223333/billfold', `${entityName}ChangeEvent`, {
    ChangeEventHeader: {
      ...{ entityName, recordIds: [recordId], changeType, changedFields: [], sequenceNumber: 1, commitNumber: 1 },
      commitTimestamp: at,
    },
  });

describe('a run', () => {
  it('after a full load it is told what the rows of the next showed that no event told of', async () => {
    const billfold = await startFresh();
    await run(billfold, '1', day(2), range(3));
    await run(billfold, '2', day(3), range(4));
    expect(await runsOf(billfold)).toMatchObject([
      { executionId: '2', audit: [{ field: 'existence', missed: 1, wrong: 0 }] },
      { executionId: '1', audit: null },
    ]);
    expect(await billfold.cli('baseline', 'Contact', '--audit')).toEqual({
      code: 0,
      stdout: [
        `${FLOW}/2  complete, 4 rows: events missed something, or what is merged is wrong`,
        '  existence: 1 missed, 0 wrong',
        `${FLOW}/1  complete, 3 rows: no audit, as no full load came before\n`,
      ].join('\n'),
      stderr: '',
    });
  });

  it('is open, then complete when files and end report agree, in whatever order they come', {
    timeout: 60_000,
  }, async () => {
    const billfold = await startFresh();
    await billfold.put([report('Start', 'run-1', day(2), 0)]);
    await billfold.drop(fileOf('run-1', [0, 1]), FLOW);
    await billfold.untilIdle();
    expect(await runsOf(billfold)).toMatchObject([{ executionId: 'run-1', state: 'open', rows: 2, object: 'Contact' }]);
    await billfold.put([report('End', 'run-1', day(2), 2)]);
    await billfold.untilIdle();
    expect(await runsOf(billfold)).toMatchObject([{ state: 'complete', rows: 2, reported: 2 }]);

    await billfold.put([report('End', 'run-2', day(3), 2), report('End', 'run-2', day(3), 2)]);
    await billfold.drop(fileOf('run-2', [0, 1]), FLOW);
    expect((await upkeepOf(billfold)).runs).toEqual({ open: 0, complete: 2, disagreeing: 0, failed: 0 });
  });

  it('of which report and files differ is shown as disagreeing, and nothing follows from it', {
    timeout: 60_000,
  }, async () => {
    const billfold = await startFresh();
    await run(billfold, 'run-1', day(2), [0, 1]);
    await run(billfold, 'run-2', day(3), [0], 2);
    await run(billfold, 'run-3', day(4), [0], 2);
    expect((await runsOf(billfold)).map(({ executionId, state }) => [executionId, state])).toEqual([
      ['run-3', 'disagreeing'],
      ['run-2', 'disagreeing'],
      ['run-1', 'complete'],
    ]);
    expect((await billfold.passOf(idOf(1)))?.status).toBe('active');
  });
});

describe('a contact that was deleted for good', () => {
  it('disappears after the second full load that leaves it out, through a restart', { timeout: 60_000 }, async () => {
    const billfold = await startFresh();
    await run(billfold, 'run-1', day(2), [0, 1, 2]);
    await run(billfold, 'run-2', day(3), [0, 1]);
    expect((await billfold.passOf(idOf(2)))?.status).toBe('active');
    await billfold.stop();

    const again = await start(billfold.folder);
    await run(again, 'run-3', day(4), [0, 1]);
    expect((await again.passOf(idOf(2)))?.status).toBe('withdrawn');
    expect((await again.passOf(idOf(1)))?.status).toBe('active');
    expect((await upkeepOf(again)).absences).toMatchObject([{ object: 'Contact', state: 'done', buried: 1 }]);
  });

  it('with too many others stays until a person accepts it', { timeout: 60_000 }, async () => {
    const billfold = await startFresh();
    await run(billfold, 'run-1', day(2), range(40));
    await run(billfold, 'run-2', day(3), range(20));
    await run(billfold, 'run-3', day(4), range(20));
    const [held] = (await upkeepOf(billfold)).absences;
    expect(held).toMatchObject({
      state: 'held',
      missedTwice: 20,
      heldBecause: expect.stringContaining('more records'),
    });

    const accept = (executionId: string) =>
      fetch(`${billfold.url}/api/runs/${FLOW}/${executionId}/accept-deletions`, { method: 'POST' });
    expect((await accept('run-2')).status).toBe(409);
    expect((await billfold.passOf(idOf(30)))?.status).toBe('active');
    expect((await accept('run-3')).status).toBe(202);
    await billfold.untilIdle();
    expect((await billfold.passOf(idOf(30)))?.status).toBe('withdrawn');
    expect((await billfold.passOf(idOf(10)))?.status).toBe('active');
  });
});

describe('a gap', () => {
  type Member = { readonly stale: readonly object[] };
  const staleOf = async (billfold: Billfold, index: number) =>
    (await billfold.get<Member>(`/api/members/${idOf(index)}`)).stale;

  it('shows with its member and in the status until the record was read again', { timeout: 60_000 }, async () => {
    const billfold = await startFresh();
    await run(billfold, 'run-1', day(2), [0, 1]);
    await billfold.put([gapEvent('GAP_UPDATE', idOf(0), 'Contact', day(5))]);
    await billfold.untilIdle();
    expect(await staleOf(billfold, 0)).toEqual([
      { scope: 'record', object: 'Contact', id: idOf(0), since: new Date(day(5)).toISOString() },
    ]);
    expect(await staleOf(billfold, 1)).toEqual([]);
    expect((await upkeepOf(billfold)).stale.count).toBe(1);
    await expect
      .poll(async () => (await upkeepOf(billfold)).reReads, { timeout: 10_000 })
      .toMatchObject([{ object: 'Contact', scope: 'record' }]);

    await run(billfold, 'run-2', day(6), [0, 1]);
    expect(await staleOf(billfold, 0)).toEqual([]);
    expect((await upkeepOf(billfold)).stale).toEqual({ count: 0, items: [] });
  });

  it('of a whole object shows with everybody until a complete load that began after it', {
    timeout: 60_000,
  }, async () => {
    const billfold = await startFresh();
    await run(billfold, 'run-1', day(2), [0, 1]);
    const overflow = gapEvent('GAP_OVERFLOW', '000000000000000AAA', 'Contact', day(5));
    await billfold.put([overflow]);
    await billfold.untilIdle();
    for (const index of [0, 1])
      expect(await staleOf(billfold, index)).toMatchObject([{ scope: 'object', object: 'Contact' }]);

    await run(billfold, 'run-2', day(6), [0, 1]);
    await expect.poll(() => staleOf(billfold, 0), { timeout: 10_000 }).toEqual([]);
    await billfold.put([overflow]);
    await billfold.untilIdle();
    expect(await staleOf(billfold, 0)).toEqual([]);
    expect((await billfold.untilIdle()).quarantined).toBe(0);
  });
});
