import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import Fastify from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemberHistory } from '#adapters/http/answers/history.ts';
import type { MemberRecords } from '#adapters/http/answers/records.ts';
import { historyApi } from '#adapters/http/historyApi.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { emptyHead, memberStream, registry, retail } from '#domain/index.ts';
import { memberEvents } from '#test/bench/memberEvents.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { created, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
const MAY = Date.UTC(2026, 4, 1, 12);
const JUNE = Date.UTC(2026, 5, 1, 12);
const member = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
const order = (boughtOn: string, amount: number) =>
  created('Order', { BillToContactId: member.id, EffectiveDate: boughtOn, Status: 'Activated', TotalAmount: amount });
const [first, second] = [order('2025-05-20', 600), order('2026-05-31', 20.5)];
/** Known as an owner only. */
const provisional = created('Contact', {}).id;

const put = async (...entries: readonly PutEventsRequestEntry[]): Promise<void> => {
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: [...entries] }));
  await billfold.untilIdle();
};

beforeAll(async () => {
  billfold = await startService();
  billfold.setClock(MAY);
  await put(member.entry);
  await put(first.entry);
  billfold.setClock(JUNE);
  await put(second.entry);
  await put(created('Voucher__c', { Member__c: provisional, Status__c: 'Issued' }).entry);
});
afterAll(() => billfold.stop());

describe('GET /api/members/{id}/history', () => {
  const history = async (query = ''): Promise<MemberHistory> =>
    (await billfold.ask(`/api/members/${member.id}/history${query}`)).body as MemberHistory;

  it('tells what the holder saw change, and when time alone did it', async () => {
    const { items, ...rest } = await history();
    expect(rest).toEqual({
      ...{ memberId: member.id, lastVersion: 3, next: null, evaluatedAt: '2026-06-01T12:00:00.000Z' },
      ...{ firstRecordedAt: '2026-05-01T12:00:00.000Z', lastRecordedAt: '2026-06-01T12:00:00.000Z' },
    });
    expect(items).toMatchObject([
      { version: 1, because: 'event', types: ['MemberEnrolled'], tier: 'Member', status: 'active' },
      { version: 2, because: 'event', tier: 'Silver', next: { name: 'Gold', threshold: '2000.00' } },
      { version: 2, because: 'time', types: [], tier: 'Member', evaluatedAt: '2026-05-20T00:00:00.000Z' },
      { version: 3, because: 'event', tier: 'Member', qualifyingSpend: { amount: '20.50' } },
    ]);
    expect(items.at(-1)?.lifetime).toEqual([{ amount: '620.50', currency: 'EUR' }]);
  });

  it('goes on where an answer ended', async () => {
    const page = await history('?limit=3');
    expect(page.items.map(({ tier }) => tier)).toEqual(['Member', 'Silver']);
    expect((await history(`?limit=3&after=${page.next}`)).items.map(({ version }) => version)).toEqual([2, 3]);
  });

  it('has nothing to tell of a provisional member, and does not know a stranger', async () => {
    expect(await billfold.ask(`/api/members/${provisional}/history`)).toMatchObject({
      ...{ status: 200, body: { items: [], lastVersion: 1 } },
    });
    for (const path of ['history', 'records'])
      expect(await billfold.ask(`/api/members/003000000000000AAA/${path}`)).toMatchObject(problem(404, 'No member'));
  });

  it.each(['history?after=x', 'history?after=1', 'history?limit=2', 'records?after=x', 'records?limit=0'])(
    'refuses %s',
    async (path) => {
      expect(await billfold.ask(`/api/members/${member.id}/${path}`)).toMatchObject(problem(400, 'expected'));
    },
  );
});

describe('GET /api/members/{id}/records', () => {
  const records = async (query = '', id = member.id): Promise<MemberRecords> =>
    (await billfold.ask(`/api/members/${id}/records${query}`)).body as MemberRecords;

  it('tells what the sources said of each record, the latest told first', async () => {
    const { items, next } = await records();
    expect(next).toBeNull();
    expect(items.map(({ id, role, told }) => [id, role, told?.last])).toEqual([
      [second.id, 'purchase', 3],
      [first.id, 'purchase', 2],
      [member.id, 'member', 1],
    ]);
    expect(items[0]).toMatchObject({
      ...{ object: 'Order', existence: { says: 'exists' }, staleSince: null, isElsewhere: false },
      ...{ told: { first: 3, last: 3, count: 1 } },
    });
    expect(items[0]?.fields).toContainEqual({
      ...{ field: 'TotalAmount', attribute: 'amount', value: '20.5', stamp: expect.stringMatching(/^\d{10}:1:/) },
      said: { from: 'event', modifiedAt: '2026-04-01T00:00:00.000Z', commitNumber: expect.stringMatching(/^\d+$/) },
    });
  });

  it('shows personal fields as the pass does', async () => {
    const { items } = await records(`?id=${member.id}`);
    expect(items).toHaveLength(1);
    expect(items[0]?.fields).toContainEqual(expect.objectContaining({ field: 'FirstName', value: 'Ada' }));
  });

  it('goes on where a page ended, and has the record of a provisional member though no event tells of it', async () => {
    const page = await records('?limit=2');
    expect(page).toMatchObject({ next: '2', items: [{ id: second.id }, { id: first.id }] });
    expect((await records(`?limit=2&after=${page.next}`)).items).toMatchObject([{ id: member.id }]);
    expect((await records('', provisional)).items).toMatchObject([
      { role: 'grant', object: 'Voucher__c' },
      { role: 'member', told: null, fields: [] },
    ]);
  });
});

describe('a member with 3,000 events', () => {
  it('is answered with at most 500 points and 100 records', async () => {
    const { deps } = ingesting();
    const [id, origin] = ['003A00000000001AAA', { type: 'event', eventId: 'e' } as const];
    let head = emptyHead(memberStream(id));
    for (const [index, event] of memberEvents(3, 3_000).entries()) {
      const recordedAt = Date.UTC(2024, 0, 1) + index * 6 * 3_600_000;
      const appended = await deps.events.append({ head, events: [event], recordedAt, origin, lane: 'live' })();
      if (E.isLeft(appended)) throw new Error(appended.left.type);
      head = appended.right;
    }
    const server = Fastify();
    const time = { clock: () => Date.UTC(2027, 0, 1), timeZone: 'UTC', mapping: retail };
    await server.register(historyApi({ ...deps, ...time, registry, releases: memoryReleaseStore() }));
    const history = (await server.inject(`/api/members/${id}/history`)).json<MemberHistory>();
    expect(history.lastVersion).toBe(3_000);
    expect(history.items.length).toBeLessThanOrEqual(500);
    expect(history.items.reduce((sum, { changes }) => sum + changes, 0)).toBeGreaterThan(2_000);
    const records = (await server.inject(`/api/members/${id}/records?limit=1000`)).json<MemberRecords>();
    expect(records).toMatchObject({ next: expect.stringMatching(/^\d+$/) });
    expect(records.items).toHaveLength(100);
  }, 120_000);
});
