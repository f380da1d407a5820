import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { liveKey } from '#adapters/dynamodb/liveItem.ts';
import { dynamoDbViewStore } from '#adapters/dynamodb/viewStore.ts';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { physicalName } from '#adapters/topology.ts';
import { entryOf } from '#test/adapters/http/support.ts';
import { got } from '#test/contract/given.ts';
import { billfold, killOutright, type Place, placeIn, type Service, startIn, untilGone } from './process.ts';
import { freshFolder, publicationFaults, removeFolder } from './support.ts';

const MEMBERS = 400;
const BUYERS = 40;
const AT = '2026-03-01T08:00:00.000Z';
const idOf = (serial: number): string => salesforceId('Contact', serial);

/** Every member; each of the first has bought once, for 30.00. */
const contacts = Array.from({ length: MEMBERS }, (_, index) => ({
  ...{ Id: idOf(index), MemberNumber__c: `M-${index}` },
  // Long, so that the log has several pages.
  LastName: 'o'.repeat(4_500),
}));
const orders = contacts.slice(0, BUYERS).map(({ Id }, index) => ({
  ...{ Id: salesforceId('Order', index), BillToContactId: Id, EffectiveDate: today(), Status: 'Activated' },
  TotalAmount: 30,
}));
function today(): string {
  return new Date().toISOString().slice(0, 10);
}
const fileOf = (object: string, rows: readonly object[]) =>
  ({
    ...{ type: 'file', object, executionId: 'run', fileName: 'part', extractedAtMs: Date.parse(AT) },
    text: rows.map((row) => `${JSON.stringify({ ...row, LastModifiedDate: AT, SystemModstamp: AT })}\n`).join(''),
  }) as never;

/** One more order of a member, as a change event. */
let serial = 1_000;
const buys = async ({ eventBridge }: Service, member: number): Promise<void> => {
  serial += 1;
  const ChangeEventHeader = {
    ...{ entityName: 'Order', recordIds: [salesforceId('Order', serial)], changeType: 'CREATE' },
    ...{ commitTimestamp: Date.parse(AT) + serial * 1000, commitNumber: serial, sequenceNumber: 1 },
  };
  const fields = { BillToContactId: idOf(member), EffectiveDate: today(), Status: 'Activated', TotalAmount: 5 };
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({ Entries: [entryOf({ ChangeEventHeader, ...fields })] }),
  );
  expect(FailedEntryCount).toBe(0);
};

/** Bronze from 10.00: 40 members have that. All passes differ in the way to the next tier. */
const CANDIDATE = `
import { tierBy } from 'billfold';
const tiers = [{ name: 'Member', threshold: 0 }, { name: 'Bronze', threshold: 1000 }];
export const tier3 = { ...tierBy({ currency: 'EUR', tiers }), version: 3 };
`;

let place: Place;
let service: Service;
let candidate: string;
const url = (): string => `http://127.0.0.1:${place.port}`;
const cli = (...args: readonly string[]) => billfold(args, url());
const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await cli(...args, '--json');
  return { code, stderr, job: stdout === '' ? null : (JSON.parse(stdout) as ShownJob) };
};
const restart = async (...extra: readonly string[]): Promise<void> => {
  service = await startIn(place, 'node', ['--empty', ...extra]);
};
const ask = async (method: string, path: string, body?: object) =>
  (await (
    await fetch(`${url()}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  ).json()) as ShownJob;
const events = () => service.walletEvents();
const faults = async (): Promise<readonly string[]> => {
  const passes = new Map<string, Awaited<ReturnType<Service['passOf']>>>();
  for (let member = 0; member < BUYERS + 20; member++) passes.set(idOf(member), await service.passOf(idOf(member)));
  return publicationFaults(
    (await events()).filter(({ metadata }) => passes.has(metadata.memberId)),
    passes,
  );
};

/** LIVE, as whoever has the DynamoDB endpoint can write it. */
const database = async () => {
  const { store } = await service.get<RuntimeStatus>('/api/status');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { dynamodb } = connectDynamoDb({ endpoint: store.dynamodbEndpoint, region: 'local', credentials });
  const tableName = (name: string): string => physicalName(store.prefix, name);
  return { dynamodb, tableName, views: dynamoDbViewStore({ dynamodb, tableName } as never) };
};

beforeAll(async () => {
  place = await placeIn(await freshFolder());
  candidate = join(place.folder, 'tier3.ts');
  await writeFile(candidate, CANDIDATE);
  await restart();
  await service.drop(fileOf('Contact', contacts));
  await service.untilIdle();
  await service.drop(fileOf('Order', orders));
  await service.untilIdle();
}, 60_000);
afterAll(async () => {
  await killOutright(place.folder, 'everything');
  await removeFolder(place.folder);
});

describe('without a version that waits', () => {
  test.concurrent.each<[string, readonly string[], RegExp]>([
    [
      'a projection nobody registered',
      ['replay', '--projection', 'bonus'],
      /No projection is called bonus\. Registered: .*tier@2/,
    ],
    ['a comparison of nothing', ['diff'], /No version waits beside the live ones/],
    ['a promotion of what is live', ['promote', 'tier@2'], /tier@2 is live already, and no version waits beside it/],
    ['a way back where nothing was promoted', ['promote', '--back'], /Nothing was promoted/],
    ['a way back to something', ['promote', 'tier@2', '--back'], /name no projection with it/],
    ['two choices at once', ['verify', '--all', '--member', '003'], /Say one of --sample, --all and --member/],
    ['a file that is not there', ['what-if', '--projection', 'nothing.ts'], /nothing\.ts: no such file/],
    [
      'a file without a projection',
      ['what-if', '--projection', 'test/flow/today.ts'],
      /expected to export a projection/,
    ],
  ])('%s is refused with the reason, exit 1, and nothing on stdout', async (_, args, reason) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(reason) });
  });

  test('a member who never was is refused', async () => {
    const { code, stderr } = await cli('replay', '--member', '003nobody');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'No member 003nobody: its stream is empty.\n' });
  });

  test('what-if says what a file would change, and changes nothing', async () => {
    const before = (await events()).length;
    const { code, stdout } = await cli('what-if', '--projection', candidate);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(`${MEMBERS} passes of ${MEMBERS} would change; ${MEMBERS} pushes.`),
    });
    expect(stdout).toMatch(new RegExp(`tier\\.name +${BUYERS}`));
    const some = await cli('what-if', '--projection', candidate, '--sample', '10', '--json');
    expect(JSON.parse(some.stdout)).toMatchObject({ projection: 'tier@3', counts: { members: 10, changed: 10 } });
    expect(await events()).toHaveLength(before);
  });
});

describe('a version that waits', () => {
  test('covers nobody before a replay, and cannot be promoted', async () => {
    process.kill(service.pid, 'SIGTERM');
    await service.ended;
    await restart('--candidate', candidate);
    const diff = await json('diff', 'tier@3');
    expect(diff).toMatchObject({ code: 1, job: { tally: { counts: { members: MEMBERS, missing: MEMBERS } } } });
    expect(diff.stderr).toContain('Not every member is covered');
    const promoted = await cli('promote', 'tier@3');
    expect({ code: promoted.code, stderr: promoted.stderr }).toMatchObject({
      ...{
        code: 1,
        stderr: expect.stringContaining(`tier@3 does not cover every member (${MEMBERS} missing of ${MEMBERS}).`),
      },
    });
    expect(await service.get('/api/projections')).toMatchObject({ epoch: 1, candidates: ['tier@3'], canGoBack: false });
  });

  test('a replay goes on by itself after a kill in its middle; in the same words it is followed', {
    timeout: 60_000,
  }, async () => {
    const before = (await events()).length;
    const request = { type: 'replay', projection: 'tier@3', segments: 1 };
    const { id } = await ask('POST', '/api/jobs', request);
    expect(await ask('POST', '/api/jobs', request)).toMatchObject({ id, state: 'running' });
    const partWay = await expect
      .poll(() => ask('GET', `/api/jobs/${id}`), { timeout: 10_000, interval: 5 })
      .toSatisfy(({ walked }: ShownJob) => walked > 0)
      .then(() => ask('GET', `/api/jobs/${id}`));
    await killOutright(place.folder, 'everything');
    expect(partWay, 'killed before it was done').toMatchObject({ state: 'running' });
    await untilGone(place);
    await restart('--candidate', candidate);
    for (let member = 0; member < 20; member++) await buys(service, member);
    await expect
      .poll(() => ask('GET', `/api/jobs/${id}`), { timeout: 20_000 })
      .toMatchObject({ state: 'done', tally: { counts: { members: MEMBERS } } });
    await service.untilIdle();
    expect((await events()).length).toBe(before + 20);
    expect((await json('diff')).job?.tally.counts).toMatchObject({
      members: MEMBERS,
      changed: MEMBERS,
      pushes: MEMBERS,
    });
  });

  test('is promoted under live traffic, publishing each pass that differs once, and taken back to the very passes', {
    timeout: 60_000,
  }, async () => {
    const passes = () => Promise.all(Array.from({ length: BUYERS + 20 }, (_, member) => service.passOf(idOf(member))));
    const before = await passes();
    const told = (await events()).length;
    const promoting = json('promote', 'tier@3', '--rate', '5000');
    for (let member = 0; member < 15; member++) await buys(service, member);
    expect((await promoting).job).toMatchObject({ state: 'done', comparison: { counts: { members: MEMBERS } } });
    await service.untilIdle();
    // Whom live traffic brought to the new version was told both at once, or one after the other.
    const news = (await events()).slice(told).filter(({ metadata }) => metadata.revision > 0);
    const counts = Map.groupBy(news, ({ metadata }) => metadata.memberId);
    expect(counts.size).toBe(MEMBERS);
    for (let member = 0; member < MEMBERS; member++) {
      const told = counts.get(idOf(member))?.length ?? 0;
      expect(told).toBeGreaterThanOrEqual(1);
      expect(told).toBeLessThanOrEqual(member < 15 ? 2 : 1);
    }
    expect((await service.passOf(idOf(0)))?.tier).toMatchObject({ name: 'Bronze', next: null });
    expect(await faults()).toEqual([]);
    expect(await cli('promote', 'tier@3')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tier@3 is live already'),
    });

    const toldThen = (await events()).length;
    const back = await cli('promote', '--back', '--rate', '5000');
    expect(back).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(`^Taken back: ${MEMBERS} members switched in .* ${MEMBERS} passes published\\.`),
      ),
    });
    await service.untilIdle();
    expect((await events()).length).toBe(toldThen + MEMBERS);
    const after = await passes();
    expect(after.slice(15)).toEqual(before.slice(15));
    expect(after[0]?.tier).toMatchObject({ name: 'Member', qualifyingSpend: { amount: '40.00' } });
    expect(await faults()).toEqual([]);
    expect(await cli('verify', '--all')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${MEMBERS} members folded again in .*: no drift\n$`)),
    });
  });
});

describe('what somebody changed behind the back of the service', () => {
  test('verify exits with 1 and names version and member; a replay mends it', async () => {
    const { views, dynamodb } = await database();
    const live = await got(views.load(idOf(0)));
    await got(views.replace({ ...live, states: { ...live.states, 'tier@2': {} }, change: null, ver: live.ver + 1 }));
    const found = await cli('verify', '--member', idOf(0));
    expect(found).toMatchObject({ code: 1, stdout: expect.stringMatching(/1 drifted/) });
    expect(found.stdout).toMatch(new RegExp(`${idOf(0)} +tier@2 +from version 2 `));
    expect(await json('verify', '--all')).toMatchObject({
      ...{ code: 1, job: { tally: { counts: { drifted: 1 }, samples: [{ memberId: idOf(0), firstVersion: 2 }] } } },
    });
    expect(await cli('replay', '--member', idOf(0))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 rebuilt'),
    });
    expect(await cli('verify', '--member', idOf(0))).toMatchObject({ code: 0 });
    dynamodb.destroy();
  });

  test('reconcile publishes what the bus did not carry and folds what is gone; the second time it finds nothing', async () => {
    const { views, dynamodb, tableName } = await database();
    await ask('POST', '/api/pipes/publish/pause');
    for (const member of [1, 2, 3]) await buys(service, member);
    await expect.poll(async () => (await service.passOf(idOf(3)))?.spend.purchases, { timeout: 10_000 }).toBe(4);
    await dynamodb.send(new DeleteItemCommand({ TableName: tableName('views'), Key: liveKey(idOf(100)) }));
    expect((await got(views.load(idOf(100)))).ver).toBe(0);
    const reconciled = await cli('reconcile');
    expect(reconciled).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: 1 behind their events, 3 not published; repaired\.\n$/),
    });
    expect(await json('reconcile')).toMatchObject({
      code: 0,
      job: { tally: { counts: { behind: 0, unpublished: 0 } } },
    });
    expect(await service.passOf(idOf(100))).toMatchObject({ memberNumber: 'M-100' });
    await ask('POST', '/api/pipes/publish/resume');
    await service.untilIdle();
    expect(await faults()).toEqual([]);
    dynamodb.destroy();
  });
});
