import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Certificate } from '#adapters/http/answers/forgotten.ts';
import { startDynoxide } from '#adapters/local/dynoxide.ts';
import { field, type Mapping, onPass, personal, retail } from '#domain/index.ts';
import { created, type HttpService, problem, startService } from '#test/adapters/http/support.ts';
import { freePort } from '#test/support/ports.ts';
import { billfold as cli } from './process.ts';

/** Personal fields in every object that belongs to a member, some on the pass, and a platform event that tells of one. */
const objects = retail.objects as Readonly<Record<string, object>>;
const mapping: Mapping = {
  ...retail,
  objects: {
    ...objects,
    Contact: { ...objects.Contact, custom: { nickname: onPass(personal(field('Nickname__c', 'text'))) } },
    Order: { ...objects.Order, custom: { note: personal(field('Note__c', 'text')) } },
    Voucher__c: { ...objects.Voucher__c, custom: { code: onPass(personal(field('Code__c', 'text'))) } },
  } as unknown as Mapping['objects'],
  platformEvents: {
    Member_Said__e: {
      ...{ object: 'Contact', id: 'Contact__c', stamp: 'CreatedDate', kind: 'changed' },
      fields: { Nick__c: 'Nickname__c' },
    },
  },
};

/** Each way in has names of its own; all of them hold this, and nothing else does. */
const CANARY = 'Quixotl';
const name = (way: string): string => `${CANARY} ${way}`;

const ada = created('Contact', {
  ...{
    MemberNumber__c: 'M-1',
    Name: { FirstName: name('Ada'), LastName: name('"Röth"') },
    MemberSince__c: '2025-01-01',
  },
  Email: `${CANARY}@example.com`,
});
const eve = created('Contact', { MemberNumber__c: 'M-2', Name: { FirstName: 'Eve', LastName: 'Roth' } });
const order = created('Order', {
  ...{ BillToContactId: ada.id, OrderNumber: 'O-1', EffectiveDate: '2026-04-01', Status: 'Activated' },
  ...{ TotalAmount: 600, CurrencyIsoCode: 'EUR', Note__c: name('note') },
});
const voucher = created('Voucher__c', {
  ...{ Member__c: ada.id, Title__c: 'Ten off', Status__c: 'Issued', ValidTo__c: '2026-06-03', Code__c: name('code') },
});

const other = (DetailType: string, Source: string, detail: object) => ({
  Source,
  DetailType,
  Detail: JSON.stringify(detail),
});
const relayed = (nick: string, day: string) =>
  other('Member_Said__e', 'aws.partner/salesforce.com/relay', {
    payload: { Contact__c: ada.id, CreatedDate: `${day}T00:00:00Z`, Nick__c: nick },
  });
const observed = (nick: string, day: string) =>
  other('billfold.observation', 'shop.till', {
    ...{ object: 'Contact', id: ada.id, observedAt: `${day}T01:00:00Z` },
    fields: { Nickname__c: nick },
  });
/** A mistake that only a person can mend: kept with its text. */
const mistaken = (nick: string) =>
  other('billfold.observation', 'shop.till', {
    ...{ object: 'Contact', id: ada.id, observedAt: '2026-04-01T01:00:00Z' },
    fields: { Nickname__c: nick, Unheard__c: nick },
  });

const row = (id: string, fields: object, day: string): string =>
  JSON.stringify({
    ...{ Id: id, IsDeleted: false, LastModifiedDate: `${day}T00:00:00.000Z`, SystemModstamp: `${day}T00:00:00.000Z` },
    ...fields,
  });
const file = (way: string, day: string): string =>
  [
    row(ada.id, { MemberNumber__c: 'M-1', FirstName: name(way), LastName: name(way), Phone: name('phone') }, day),
    row(eve.id, { MemberNumber__c: 'M-2', FirstName: 'Eve', LastName: 'Roth' }, day),
  ].join('\n');

let billfold: HttpService;
const send = async (...Entries: readonly { Source: string; DetailType: string; Detail: string }[]): Promise<void> => {
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: [...Entries] }));
};
const loadInto = async (service: HttpService, fileName: string, text: string): Promise<void> => {
  const put = await service.ask(`/api/inbox/Contact/${fileName}?modified=2026-05-01T00:00:00Z`, {
    method: 'PUT',
    body: text,
  });
  expect(put.status).toBeLessThan(300);
  await service.untilIdle();
};
const load = (fileName: string, text: string): Promise<void> => loadInto(billfold, fileName, text);
const forget = async (): Promise<Certificate> => {
  const { status, body } = await billfold.ask(`/api/members/${ada.id}/forget`, { method: 'POST' });
  expect(status).toBe(200);
  return body as Certificate;
};
type Now = { readonly revision: number; readonly pass: object; readonly views: { readonly spend: object } };
const memberNow = async (id: string): Promise<Now> => (await billfold.ask(`/api/members/${id}`)).body as Now;

/** Every byte of the data folder, unpacked. */
const canariesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const clear = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    if (clear.includes(CANARY)) found.push(path);
  }
  return found;
};
const fetched = async (): Promise<unknown> =>
  ((await billfold.ask('/api/stand-ins')).body as { phones: readonly { fetched: number }[] }).phones[0]?.fetched;

const named = async (): Promise<readonly string[]> => {
  const { items } = (await billfold.ask(`/api/members?q=${CANARY}`)).body as { items: readonly { memberId: string }[] };
  return items.map(({ memberId }) => memberId);
};

let before: Now;
let certificate: Certificate;

beforeAll(async () => {
  billfold = await startService({ mapping, destinations: 'stand-ins' });
  await send(ada.entry, eve.entry);
  while ((await fetched()) !== 1) await new Promise((resolve) => setTimeout(resolve, 50));
  await send(order.entry, voucher.entry, mistaken(name('mistaken')));
  await send(relayed(name('relayed'), '2026-04-02'), observed(name('observed'), '2026-04-03'));
  await load('first.jsonl', file('row', '2026-04-04'));
  before = await memberNow(ada.id);
}, 60_000);
afterAll(() => billfold.stop());

describe('a member who asks to be forgotten', () => {
  it('was everywhere before', async () => {
    expect(JSON.stringify(before)).toContain(CANARY);
    expect((await canariesIn(billfold.folder)).length).toBeGreaterThan(1);
    await expect.poll(named).toEqual([ada.id]);
  });

  it('is certified to be nowhere: each store was looked at, and nothing was found', async () => {
    certificate = await forget();
    expect(certificate).toMatchObject({
      memberId: ada.id,
      eventId: `member-${ada.id}@${certificate.version}`,
      pending: [],
    });
    expect(certificate.stores.filter(({ found }) => found > 0)).toEqual([]);
    expect(certificate).toMatchObject({ isClean: true, removed: { quarantined: 1, rows: 1, devices: 1 } });
    expect(certificate.values.lookedFor).toBeGreaterThanOrEqual(7);
    const looked = certificate.stores.filter(({ items, bytes }) => items > 0 && bytes > 0).map(({ store }) => store);
    const stores = ['records', 'events', 'views', 'keys', 'ops', 'deliveries', 'journals', 'queues', 'files', 'logs'];
    expect(stores.filter((store) => !looked.includes(store))).toEqual([]);
    expect(JSON.stringify(certificate)).not.toContain(CANARY);
  });

  it('leaves no byte of it in the data folder', async () => {
    expect(await canariesIn(billfold.folder)).toEqual([]);
  });

  it('has a void pass, on the phone and with Google, without anything personal', async () => {
    const { pass, views } = await memberNow(ada.id);
    expect(pass).toMatchObject({ status: 'withdrawn', forgotten: true, holder: { firstName: null, lastName: null } });
    expect(views).toMatchObject({ spend: before.views.spend });
    const standIns = JSON.stringify((await billfold.ask('/api/stand-ins')).body);
    expect(standIns).not.toContain(CANARY);
    const told = await billfold.walletEvents();
    expect(JSON.stringify(told)).not.toContain(CANARY);
    expect(await named()).toEqual([]);
    expect(told.filter(({ metadata }) => metadata.memberId === eve.id)).not.toEqual([]);
  });

  it('does not come back with late data of any kind, in any order, and what is bought later counts', async () => {
    const { revision } = await memberNow(ada.id);
    const late = created('Order', {
      ...{ BillToContactId: ada.id, OrderNumber: 'O-2', EffectiveDate: '2026-04-02', Status: 'Activated' },
      ...{ TotalAmount: 60, CurrencyIsoCode: 'EUR', Note__c: name('late note') },
    });
    await send(observed(name('late'), '2026-04-20'), relayed(name('late'), '2026-04-21'), ada.entry, order.entry);
    await send(late.entry, voucher.entry, mistaken(name('late mistake')));
    await load('late.jsonl', file('late row', '2026-04-22'));
    await load('first.jsonl', file('row', '2026-04-04'));
    await billfold.ask('/api/quarantine/retry', { method: 'POST' });
    await billfold.untilIdle();
    const now = await memberNow(ada.id);
    expect(now).toMatchObject({ revision, pass: { status: 'withdrawn', forgotten: true } });
    expect(now.views).toMatchObject({ spend: { lifetime: [{ amount: '660.00' }], purchases: 2 } });
    const again = await forget();
    expect(again).toMatchObject({
      eventId: certificate.eventId,
      values: { lookedFor: 0, keyWasGone: true },
      pending: [],
    });
    expect(await canariesIn(billfold.folder)).toEqual([]);
    expect(JSON.stringify(await billfold.walletEvents())).not.toContain(CANARY);
  });

  it('stays so through a replay, which finds nothing to change', async () => {
    const { revision } = await memberNow(ada.id);
    await billfold.ask('/api/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'verify', sample: 1 }),
    });
    await expect
      .poll(async () => ((await billfold.ask('/api/jobs')).body as { items: readonly object[] }).items[0])
      .toMatchObject({ state: 'done', tally: { samples: [] } });
    expect(await memberNow(ada.id)).toMatchObject({ revision });
  });

  it('is listed by id alone; one of whom nobody heard is not there', async () => {
    expect((await billfold.ask('/api/forgotten')).body).toMatchObject({
      items: [{ memberId: ada.id, isSettled: true }],
    });
    expect((await billfold.ask(`/api/forgotten/${ada.id}`)).body).toMatchObject({
      ...{ memberId: ada.id, isSettled: true, isUnderWay: false, failure: null },
      steps: ['asked', 'keys', 'fact', 'removed', 'looked'].map((step) => ({ step })),
      certificate: { memberId: ada.id },
    });
    const nobody = created('Contact', {}).id;
    expect(await billfold.ask(`/api/members/${nobody}/forget`, { method: 'POST' })).toMatchObject(
      problem(404, 'No member'),
    );
    expect(await billfold.ask(`/api/forgotten/${nobody}`)).toMatchObject(problem(404, 'Nobody asked'));
  });

  it('by the command line is asked for, or said to be sure of', async () => {
    const uma = created('Contact', { MemberNumber__c: 'M-5', Name: { FirstName: name('Uma'), LastName: 'Vance' } });
    await send(uma.entry);
    await billfold.untilIdle();
    const unsure = await cli(['forget', uma.id], billfold.url);
    expect(unsure).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
    expect(await memberNow(uma.id)).toMatchObject({ pass: { status: 'active' } });
    const sure = await cli(['forget', uma.id, '--yes'], billfold.url);
    expect(sure).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/was forgotten on[\s\S]*Nothing personal was found/),
    });
  });

  it('whose data somebody left is told so: where, and that it is not clean', async () => {
    const zoe = created('Contact', { MemberNumber__c: 'M-3', Name: { FirstName: `${CANARY} Zoë`, LastName: 'Vance' } });
    await send(zoe.entry);
    await billfold.untilIdle();
    const left = join(billfold.folder, 'left.txt');
    await writeFile(left, `${zoe.id}: ${CANARY} Zoë`);
    const { body } = await billfold.ask(`/api/members/${zoe.id}/forget`, { method: 'POST' });
    const found = (body as Certificate).stores.filter((store) => store.found > 0);
    expect(found).toMatchObject([{ store: 'files', found: 1, where: ['left.txt'] }]);
    expect(body).toMatchObject({ isClean: false });
  });
});

describe('an older pass that is still on its way to the middleware when the void one has arrived', () => {
  /** A DynamoDB API in which the middleware accepts late what came by loads. */
  const slowStore = async (): Promise<string> => {
    const started = await startDynoxide({ port: await freePort(), dbFile: null, environment: {} })();
    if (E.isLeft(started)) throw new Error(started.left.message);
    const { endpoint, stop } = started.right;
    const server = createServer(async (incoming, answer) => {
      const body = (await buffer(incoming)).toString();
      const isOfLoad = /Write|Put|Update/.test(String(incoming.headers['x-amz-target'])) && body.includes('bulk');
      if (isOfLoad && body.includes('billfold-deliveries')) await sleep(1_500);
      const { host: _, connection: __, 'content-length': ___, ...headers } = incoming.headers;
      // Whoever stops the service stops the store after it, and not what is still being asked.
      const found = await fetch(endpoint, { method: 'POST', headers: headers as Record<string, string>, body }).catch(
        () => null,
      );
      if (found === null) answer.destroy();
      else answer.writeHead(found.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await found.text());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await stop();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('is waited for: its message holds what is to be forgotten', async () => {
    const environment = { BILLFOLD_DYNAMODB_ENDPOINT: await slowStore() };
    const service = await startService({ mapping, destinations: 'stand-ins', environment });
    onTestFinished(service.stop);
    await service.eventBridge.send(new PutEventsCommand({ Entries: [ada.entry] }));
    await service.untilIdle();
    await loadInto(service, 'first.jsonl', file('row', '2026-04-04'));
    const { body } = await service.ask(`/api/members/${ada.id}/forget`, { method: 'POST' });
    const { stores, pending } = body as Certificate;
    expect(stores.filter(({ found }) => found > 0)).toEqual([]);
    expect(pending).toEqual([]);
  });
});

describe('a service that is stopped while it forgets', () => {
  it('goes on with it at its next start', async () => {
    const first = await startService({ mapping });
    const una = created('Contact', { MemberNumber__c: 'M-4', Name: { FirstName: name('Una'), LastName: 'Vance' } });
    await first.eventBridge.send(new PutEventsCommand({ Entries: [una.entry] }));
    await first.untilIdle();
    const asked = first.ask(`/api/members/${una.id}/forget`, { method: 'POST' }).catch(() => null);
    const isAsked = async () => JSON.stringify((await first.ask('/api/forgotten')).body).includes(una.id);
    await expect.poll(isAsked, { interval: 1 }).toBe(true);
    await first.pause();
    await asked;
    const next = await startService({ mapping, dataDir: first.folder });
    onTestFinished(next.stop);
    await expect
      .poll(async () => (await next.ask('/api/forgotten')).body)
      .toMatchObject({ items: [{ memberId: una.id, isSettled: true }] });
    expect(await next.passOf(una.id)).toMatchObject({ forgotten: true });
    expect(await canariesIn(next.folder)).toEqual([]);
  });
});
