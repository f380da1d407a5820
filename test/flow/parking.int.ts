import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { parkedText } from '#adapters/http/parkedText.ts';
import type { Runtime } from '#adapters/local/runtime.ts';
import type { Registry } from '#domain/index.ts';
import { created } from '#test/adapters/http/support.ts';
import { badge, CANARY, shownBadge, throwsFor, withBadge } from '#test/support/parking.ts';
import { billfold as cli } from './process.ts';
import { freshFolder, outside, removeFolder, startedIn } from './support.ts';

let folder: string;
let runtime: Runtime;
let billfold: ReturnType<typeof outside>;

const startWith = async (registry: Registry): Promise<void> => {
  runtime = await startedIn(folder, { registry });
  billfold = outside(runtime.url, folder);
};

/** A badge of the pass that fails for one member, and a second version of it, a shadow, that fails for the same. */
const broken = withBadge(shownBadge(throwsFor), [badge(throwsFor, 2)]);
const fixed = withBadge(shownBadge(), [badge(undefined, 2)]);

beforeAll(async () => {
  folder = await freshFolder();
  await startWith(broken);
});
afterAll(async () => {
  await runtime.stop();
  await removeFolder(folder);
});

const contact = (name: string) => created('Contact', { MemberNumber__c: `M-${name}`, Name: { FirstName: name } });
const order = (owner: string) =>
  created('Order', { BillToContactId: owner, EffectiveDate: '2026-04-01', Status: 'Activated', TotalAmount: 5 });
const put = async (...news: readonly ReturnType<typeof created>[]): Promise<void> => {
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: news.map(({ entry }) => entry) }));
  await billfold.untilIdle();
};

type Entry = ReturnType<typeof parkedText>;
const parked = async (): Promise<readonly Entry[]> =>
  (await billfold.get<{ items: readonly Entry[] }>('/api/parked')).items;
// biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
const ask = async (method: string, path: string): Promise<{ status: number; body: any }> => {
  const response = await fetch(`${runtime.url}${path}`, { method });
  return { status: response.status, body: await response.json() };
};
const publishedOf = async (memberId: string): Promise<number> =>
  (await billfold.walletEvents()).filter(({ metadata }) => metadata.memberId === memberId).length;

test('a projection that throws parks one member until fixed code runs, and then it recovers without any news', async () => {
  const [ada, unlucky] = [contact('Ada'), contact(CANARY)];
  await put(ada, unlucky);
  await put(order(ada.id), order(unlucky.id));

  // Others go on.
  expect(await billfold.passOf(ada.id)).toMatchObject({ custom: { badge: '2' }, spend: { purchases: 1 } });
  expect(await billfold.passOf(unlucky.id)).toBeNull();
  expect(await publishedOf(unlucky.id)).toBe(0);

  // It shows.
  expect(await billfold.get('/api/status')).toMatchObject({
    idle: true,
    parked: { members: 1, projections: { 'badge@1': 1, 'badge@2': 1 }, isMore: false },
    deadLetters: { ingestDead: 0 },
  });
  const listed = await parked();
  expect(listed).toMatchObject([
    { memberId: unlucky.id, projection: 'badge@1', asOf: 0 },
    { memberId: unlucky.id, projection: 'badge@2', asOf: 0, attempts: 1 },
  ]);
  expect(JSON.stringify(listed)).not.toContain(CANARY);
  expect(await ask('GET', `/api/members/${unlucky.id}`)).toMatchObject({
    status: 404,
    body: { detail: expect.stringMatching(/^It is parked: badge@1: RangeError at parking\.ts:\d+ was thrown$/) },
  });
  expect((await ask('GET', `/api/members/${ada.id}`)).body).toMatchObject({ parked: [] });
  expect(await ask('GET', `/api/members/${unlucky.id}?at=9`)).toMatchObject({
    status: 500,
    body: { title: 'A projection failed', detail: expect.stringContaining('badge@1: RangeError') },
  });
  const page = await ask('GET', '/api/parked?limit=1');
  expect(page.body).toMatchObject({ items: [{ projection: 'badge@1' }], next: expect.any(String) });
  expect((await ask('GET', `/api/parked?limit=1&after=${encodeURIComponent(page.body.next)}`)).body).toMatchObject({
    items: [{ projection: 'badge@2' }],
  });
  expect((await ask('GET', '/api/parked?limit=none')).status).toBe(400);

  // Tried by hand with the same code, nothing recovers.
  const again = await ask('POST', '/api/parked/retry');
  expect(again).toMatchObject({ status: 200, body: { recovered: [], failed: [], next: null } });
  expect(again.body.parked).toMatchObject([{ projection: 'badge@1' }, { projection: 'badge@2', attempts: 2 }]);
  const run = (...args: readonly string[]) => cli(args, runtime.url);
  expect((await run('status')).stdout).toMatch(/Parked +1 member: 1 in badge@1, 1 in badge@2, see "billfold park"/);
  const list = await run('park');
  expect(list).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`badge@1  ${unlucky.id}\n  after version 0: `),
  });
  expect(JSON.parse((await run('park', 'list', '--json')).stdout)).toHaveLength(2);
  expect(await run('park', 'retry')).toMatchObject({ code: 1, stderr: 'Not everything recovered.\n' });
  const asJson = await run('park', 'retry', '--json');
  expect({ code: asJson.code, ...JSON.parse(asJson.stdout) }).toMatchObject({ code: 1, recovered: [] });

  // Better code, and nothing else.
  await runtime.stop();
  await startWith(fixed);
  await billfold.untilIdle();
  await expect.poll(parked).toEqual([]);
  expect(await billfold.untilIdle()).toMatchObject({ parked: { members: 0, projections: {} } });
  expect(await billfold.passOf(unlucky.id)).toMatchObject({ custom: { badge: '2' }, spend: { purchases: 1 } });
  expect(await publishedOf(unlucky.id)).toBe(1);
  expect(await publishedOf(ada.id), 'and nobody else was told anything').toBe(2);
  expect((await ask('GET', `/api/members/${unlucky.id}`)).body).toMatchObject({
    version: 2,
    state: 'active',
    parked: [],
  });
  expect((await run('status')).stdout).not.toContain('Parked');
  expect(await run('park')).toMatchObject({ code: 0, stdout: 'Nobody is parked.\n' });
  expect(await run('park', 'retry')).toMatchObject({ code: 0, stdout: 'Nobody was parked.\n' });
});

test('what is parked after its first pass keeps that pass, and says so', async () => {
  const [ada] = [contact('Ada')];
  await put(ada);
  const breaksLater = withBadge(
    shownBadge((event) => {
      if (event.type === 'PurchaseRecorded') throw new TypeError('bought');
    }),
  );
  await runtime.stop();
  await startWith(breaksLater);
  await billfold.untilIdle();
  await put(order(ada.id));
  expect(await billfold.passOf(ada.id)).toMatchObject({ custom: { badge: '1' } });
  const member = (await ask('GET', `/api/members/${ada.id}`)).body;
  expect(member).toMatchObject({ version: 1, parked: [{ projection: 'badge@1', asOf: 1, attempts: 1 }] });
  expect((await cli(['member', ada.id], runtime.url)).stdout).toMatch(/parked since .*: badge@1: TypeError at /);

  await runtime.stop();
  await startWith(fixed);
  await billfold.untilIdle();
  await expect.poll(parked).toEqual([]);
  expect(await billfold.passOf(ada.id)).toMatchObject({ custom: { badge: '2' }, spend: { purchases: 1 } });
});
