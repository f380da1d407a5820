import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '#adapters/local/runtime.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { type Mapping, retail } from '#domain/index.ts';
import { billfold as cli } from './process.ts';
import { freshFolder, outside, removeFolder, startedIn } from './support.ts';

type Listed = {
  readonly id: string;
  readonly type: 'input' | 'record';
  readonly path: string;
  readonly reason: string;
};
type Outcome = { readonly type: string; readonly id: string; readonly path?: string; readonly reason?: string };

/** Before: no vouchers. After: those too, and the flow that brings contacts is known by its name. */
const { Voucher__c: _, ...withoutVouchers } = retail.objects;
const narrow: Mapping = { ...retail, objects: withoutVouchers };
const wide: Mapping = { ...retail, flows: { 'contact-flow': 'Contact' } };

let folder: string;
let runtime: Runtime;
let billfold: ReturnType<typeof outside>;

const startWith = async (mapping: Mapping): Promise<void> => {
  runtime = await startedIn(folder, { mapping });
  billfold = outside(runtime.url, folder);
};
const restartWith = async (mapping: Mapping): Promise<void> => {
  await runtime.stop();
  await startWith(mapping);
};

beforeAll(async () => {
  folder = await freshFolder();
  await startWith(narrow);
});
afterAll(async () => {
  await runtime.stop();
  await removeFolder(folder);
});

const AT = '2026-03-01T08:00:00.000+0000';
const row = (fields: object): string =>
  JSON.stringify({ LastModifiedDate: AT, SystemModstamp: AT, IsDeleted: false, ...fields });

let serial = 7_000;
const contact = (fields: object = {}) => {
  const id = salesforceId('Contact', ++serial);
  return { id, line: row({ Id: id, MemberNumber__c: `M-${serial}`, ...fields }) };
};
const dropFile = async (name: string, text: string): Promise<void> => {
  const target = join(folder, 'inbox', name);
  const beside = join(folder, `.${randomBytes(6).toString('hex')}`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(beside, text);
  const anHourAgo = Date.now() / 1000 - 3600;
  await utimes(beside, anHourAgo, anHourAgo);
  await rename(beside, target);
  await billfold.untilIdle();
};
const putEvent = async (entityName: 'Contact' | 'Voucher__c', fields: object) => {
  const id = salesforceId(entityName, ++serial);
  const ChangeEventHeader = {
    ...{ entityName, recordIds: [id], changeType: 'CREATE' },
    ...{ commitTimestamp: Date.UTC(2026, 2, 1), commitNumber: serial, sequenceNumber: 1 },
  };
  const Detail = JSON.stringify({ ChangeEventHeader, ...fields });
  const Source = 'aws.partner/salesforce.com/anything';
  const { Entries } = await billfold.eventBridge.send(
    new PutEventsCommand({ Entries: [{ Source, DetailType: 'ChangeEvent', Detail }] }),
  );
  await billfold.untilIdle();
  return { id, eventId: Entries?.[0]?.EventId ?? '' };
};

const listed = async (): Promise<readonly Listed[]> =>
  (await billfold.get<{ items: readonly Listed[] }>('/api/quarantine')).items;
/** The items whose id holds the text: a file's name, an event's id. */
const itemsOf = async (text: string): Promise<readonly Listed[]> =>
  (await listed()).filter(({ id }) => id.includes(text));
const theItemOf = async (text: string): Promise<Listed> => {
  const [item, ...others] = await itemsOf(text);
  if (item === undefined || others.length > 0) throw new Error(`${others.length + 1} items of ${text}`);
  return item;
};

const ask = async (method: string, path: string) => {
  const response = await fetch(`${runtime.url}${path}`, { method });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
};
const placeOf = (id: string): string => `/api/quarantine/${encodeURIComponent(id)}`;
const retry = async (id: string): Promise<Outcome> => {
  const { status, body } = await ask('POST', `${placeOf(id)}/retry`);
  expect(status).toBe(200);
  expect(body.items).toHaveLength(1);
  return body.items[0];
};

const voucherFields = (owner: string) => ({
  ...{ Member__c: owner, Status__c: 'Issued', Title__c: 'Tea', ValidTo__c: '2199-01-01', Value__c: 5 },
});
/** What was published, and what is stored of a member. */
const storedOf = async (memberId: string) => ({
  events: await billfold.get(`/api/members/${memberId}/events`),
  published: (await billfold.walletEvents()).length,
});
const vouchersOf = async (memberId: string): Promise<string> => JSON.stringify(await billfold.passOf(memberId));

describe('a row that is still wrong', () => {
  it('is refused again, with path and reason, and stays', async () => {
    const good = contact();
    const bad = contact({ MemberSince__c: 'May' });
    const name = 'Contact/run 1/part a';
    await dropFile(name, `${good.line}\n${bad.line}\n`);
    const item = await theItemOf(name);
    expect(item.id).toMatch(/ .*\//);
    const before = await storedOf(good.id);
    const outcome = {
      ...{ type: 'refusedAgain', id: item.id, path: 'Contact.MemberSince__c' },
      reason: expect.stringContaining('expected a date'),
    };
    expect(await retry(item.id)).toEqual(outcome);
    await billfold.untilIdle();
    expect(await itemsOf(name)).toMatchObject([{ id: item.id, path: item.path, reason: item.reason }]);
    expect(await storedOf(good.id), 'the sound row beside it says nothing new').toEqual(before);
    await restartWith(narrow);
    expect(await retry(item.id), 'after a restart').toEqual(outcome);
  });

  it('is looked for in every file that came under its name', async () => {
    const name = 'Contact/run-twice/part';
    const [sound, bad] = [contact(), contact({ MemberSince__c: 'May' })];
    await dropFile(name, sound.line);
    await dropFile(name, bad.line);
    const item = await theItemOf(name);
    expect(await retry(item.id)).toMatchObject({ type: 'refusedAgain', path: 'Contact.MemberSince__c' });
  });

  it('cannot be tried where its file is gone, and stays', async () => {
    const name = 'Contact/run-gone/part';
    await dropFile(name, contact({ MemberSince__c: 'May' }).line);
    const item = await theItemOf(name);
    await rm(join(folder, 'done', name));
    expect(await retry(item.id)).toMatchObject({ type: 'impossible', reason: expect.stringContaining('not there') });
    expect(await itemsOf(name)).toHaveLength(1);
    expect((await ask('DELETE', placeOf(item.id))).status).toBe(204);
  });
});

describe('what the mapping did not know', () => {
  it('is mended when it does: an event, and nothing happens the second time', async () => {
    const owner = contact();
    await dropFile('Contact/run-owner/part', owner.line);
    const { eventId } = await putEvent('Voucher__c', voucherFields(owner.id));
    const item = await theItemOf(eventId);
    expect(item.path).toMatch(/entityName$/);
    expect(await retry(item.id)).toMatchObject({ type: 'refusedAgain', path: item.path });

    await restartWith(wide);
    expect(await retry(item.id)).toEqual({ type: 'mended', id: item.id });
    await billfold.untilIdle();
    expect(await itemsOf(eventId)).toEqual([]);
    expect(await vouchersOf(owner.id)).toContain('Tea');

    const before = await storedOf(owner.id);
    expect((await ask('POST', `${placeOf(item.id)}/retry`)).status, 'there is no such item any more').toBe(404);
    expect((await ask('POST', '/api/quarantine/retry')).status).toBe(200);
    await billfold.untilIdle();
    expect(await storedOf(owner.id)).toEqual(before);
    await restartWith(wide);
    expect(await itemsOf(eventId)).toEqual([]);
    expect(await storedOf(owner.id)).toEqual(before);
  });

  it('is not mended where another fault comes to light: that one takes its place', async () => {
    await restartWith(narrow);
    const owner = contact();
    const { eventId } = await putEvent('Voucher__c', { ...voucherFields(owner.id), ValidTo__c: 'soon' });
    const item = await theItemOf(eventId);
    await restartWith(wide);
    expect(await retry(item.id)).toEqual({
      ...{ type: 'refusedAgain', id: item.id, path: 'Voucher__c.ValidTo__c' },
      reason: expect.stringContaining('expected a date'),
    });
    const other = await theItemOf(eventId);
    expect(other).toMatchObject({ path: 'Voucher__c.ValidTo__c' });
    expect(other.id).not.toBe(item.id);
    expect(await retry(other.id)).toMatchObject({ type: 'refusedAgain', path: 'Voucher__c.ValidTo__c' });
  });

  it('is mended when it does: a whole file', async () => {
    await restartWith(narrow);
    const [first, second] = [contact(), contact()];
    const name = 'contact-flow/run 2/part';
    await dropFile(name, `${first.line}\n${second.line}\n`);
    const item = await theItemOf(name);
    expect(item.path).toBe('file');
    expect(await billfold.passOf(first.id)).toBeNull();

    await restartWith(wide);
    expect(await retry(item.id)).toEqual({ type: 'mended', id: item.id });
    await billfold.untilIdle();
    expect(await itemsOf(name)).toEqual([]);
    for (const { id } of [first, second]) expect(await billfold.passOf(id)).toMatchObject({ status: 'active' });
  });

  it('is tried with all the rest, each with its own outcome', async () => {
    await restartWith(narrow);
    const owner = contact();
    await dropFile('Contact/run-all/part', `${owner.line}\n${contact({ MemberSince__c: 'May' }).line}\n`);
    const { eventId } = await putEvent('Voucher__c', voucherFields(owner.id));
    const file = await theItemOf('run-all');
    const event = await theItemOf(eventId);
    await restartWith(wide);
    const before = await listed();
    const { body } = await ask('POST', '/api/quarantine/retry');
    expect(body.items).toHaveLength(before.length);
    expect(body.items).toContainEqual({ type: 'mended', id: event.id });
    expect(body.items).toContainEqual(expect.objectContaining({ type: 'refusedAgain', id: file.id }));
    await billfold.untilIdle();
    const stored = await storedOf(owner.id);
    const again = await ask('POST', '/api/quarantine/retry');
    expect(again.body.items.map(({ type }: Outcome) => type)).not.toContain('mended');
    await billfold.untilIdle();
    expect(await storedOf(owner.id)).toEqual(stored);
  });
});

describe('giving up', () => {
  it('an input fault is dropped, for good', async () => {
    const name = 'Contact/run-drop/part';
    await dropFile(name, contact({ MemberSince__c: 'May' }).line);
    const { id } = await theItemOf(name);
    expect(await ask('GET', placeOf(id))).toMatchObject({ status: 200, body: { id, path: 'Contact.MemberSince__c' } });
    expect(await ask('DELETE', placeOf(id))).toEqual({ status: 204, body: null });
    await restartWith(wide);
    expect(await itemsOf(name)).toEqual([]);
    for (const [method, path] of [
      ['GET', placeOf(id)],
      ['DELETE', placeOf(id)],
      ['POST', `${placeOf(id)}/retry`],
    ] as const)
      expect(await ask(method, path)).toMatchObject({ status: 404 });
  });

  it('a record fault cannot be dropped, and waits for its source', async () => {
    const id = await recordFault();
    expect(await retry(id)).toEqual({ type: 'waitsForItsSource', id });
    expect(await ask('DELETE', placeOf(id))).toMatchObject({ status: 409 });
    expect((await listed()).filter((item) => item.id === id)).toHaveLength(1);
  });
});

const recordFault = async (): Promise<string> => {
  const owner = contact();
  const order = {
    ...{ Id: salesforceId('Order', ++serial), BillToContactId: owner.id },
    ...{ EffectiveDate: '2026-03-01', Status: 'Activated', TotalAmount: '19.999' },
  };
  await dropFile(`Contact/run-${serial}/part`, owner.line);
  await dropFile(`Order/run-${serial}/part`, row(order));
  const item = (await listed()).find(({ type, id }) => type === 'record' && id.includes(order.Id));
  if (item === undefined) throw new Error('no record fault');
  return item.id;
};

describe('billfold quarantine, from the command line', () => {
  const ask = (...args: readonly string[]) => cli(['quarantine', ...args], runtime.url);

  it('shows, tries again and gives up one item, with slashes and spaces in its id', async () => {
    const name = 'Contact/run cli/part b';
    await dropFile(name, contact({ MemberSince__c: 'May' }).line);
    const { id } = await theItemOf(name);

    expect(await ask('list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${id}\n  Contact.MemberSince__c`),
    });
    expect(JSON.parse((await ask('list', '--json')).stdout)).toContainEqual(expect.objectContaining({ id }));
    expect(await ask('show', id)).toMatchObject({ code: 0, stdout: expect.stringContaining(`from ${name} at byte 0`) });
    expect(JSON.parse((await ask('show', id, '--json')).stdout)).toMatchObject({ id, type: 'input' });

    const again = await ask('retry', id);
    expect(again).toMatchObject({ code: 1, stderr: 'Not everything could be read.\n' });
    expect(again.stdout).toContain('refused again: Contact.MemberSince__c: expected a date');
    expect(JSON.parse((await ask('retry', id, '--json')).stdout)).toMatchObject([{ type: 'refusedAgain', id }]);

    expect(await ask('drop', id)).toEqual({ code: 0, stdout: `Dropped ${id}.\n`, stderr: '' });
    for (const command of ['show', 'retry', 'drop'])
      expect(await ask(command, id)).toEqual({
        code: 1,
        stdout: '',
        stderr: `Nothing in quarantine is called ${id}\n`,
      });
  });

  it('mends what can be read now', async () => {
    await restartWith(narrow);
    const { eventId } = await putEvent('Voucher__c', voucherFields(contact().id));
    const { id } = await theItemOf(eventId);
    await restartWith(wide);
    expect(await ask('retry', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('mended'), stderr: '' });
  });

  it('--all tries everything; a record fault waits, which is no failure', async () => {
    for (const { id, type } of await listed())
      if (type === 'input') expect(await ask('drop', id, '--json')).toMatchObject({ code: 0 });
    const id = await recordFault();
    const { code, stdout } = await ask('retry', '--all', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual({ type: 'waitsForItsSource', id });
    expect(await ask('retry', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('waits') });
    expect(await ask('drop', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be dropped') });
  });

  it.each([[['retry']], [['retry', 'x', '--all']]])('%j does not say which', async (args) => {
    expect(await ask(...args)).toMatchObject({ code: 1, stderr: 'Say which: an id, or --all.\n' });
  });
});
