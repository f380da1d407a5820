import { randomBytes } from 'node:crypto';
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '#adapters/local/runtime.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { freshFolder, outside, removeFolder, startedIn } from './support.ts';

/** Stands wherever a person's data may: it must come out nowhere but on the pass. */
const CANARY = 'Zanzibar-Canary';

type Listed = {
  readonly type: 'input' | 'record';
  readonly origin:
    | { readonly type: 'file'; readonly file: string; readonly offset: number }
    | { readonly type: 'event'; readonly eventId: string };
  readonly path: string;
  readonly reason: string;
};

let folder: string;
let runtime: Runtime;
let billfold: ReturnType<typeof outside>;
/** All that the service said to whoever runs it or asks it. */
const said: string[] = [];

beforeAll(async () => {
  folder = await freshFolder();
  runtime = await startedIn(folder, { log: (line) => said.push(JSON.stringify(line)) });
  billfold = outside(runtime.url, folder);
});

afterAll(async () => {
  await runtime.stop();
  await removeFolder(folder);
  expect(said.filter((text) => text.includes(CANARY))).toEqual([]);
});

/** Renamed in, and written a while ago: complete, and loaded at once. */
const dropBytes = async (file: string, bytes: Uint8Array | string): Promise<void> => {
  const target = join(folder, 'inbox', file);
  const beside = join(folder, `.${randomBytes(6).toString('hex')}`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(beside, bytes);
  const anHourAgo = Date.now() / 1000 - 3600;
  await utimes(beside, anHourAgo, anHourAgo);
  await rename(beside, target);
};

const quarantine = async (): Promise<readonly Listed[]> => {
  const { items } = await billfold.get<{ items: readonly Listed[] }>('/api/quarantine');
  said.push(JSON.stringify(items));
  return items;
};

const fromFile = async (file: string) =>
  (await quarantine())
    .flatMap(({ origin, path, reason, type }) =>
      origin.type === 'file' && origin.file === file ? [{ offset: origin.offset, path, reason, type }] : [],
    )
    .sort((a, b) => a.offset - b.offset);

const fromEvent = async (eventId: string) =>
  (await quarantine()).flatMap(({ origin, path, reason, type }) =>
    origin.type === 'event' && origin.eventId === eventId ? [{ path, reason, type }] : [],
  );

const AT = '2026-03-01T08:00:00.000+0000';
const row = (fields: object): string =>
  JSON.stringify({ LastModifiedDate: AT, SystemModstamp: AT, IsDeleted: false, ...fields });

let serial = 0;
/** Another contact each time, with a number and so with a pass. */
const contact = (fields: object = {}): { readonly id: string; readonly line: string } => {
  const id = salesforceId('Contact', ++serial);
  return { id, line: row({ Id: id, MemberNumber__c: `M-${serial}`, LastName: CANARY, ...fields }) };
};

const expectPasses = async (...ids: readonly string[]): Promise<void> => {
  for (const id of ids) expect(await billfold.passOf(id), id).toMatchObject({ status: 'active' });
};

const change = (recordId: string, header: object = {}, fields: object = {}, entityName = 'Contact') => ({
  ChangeEventHeader: {
    entityName,
    recordIds: [recordId],
    changeType: 'CREATE',
    commitTimestamp: Date.UTC(2026, 2, 1),
    ...header,
  },
  ...fields,
});
const entry = (detail: unknown) => ({
  Source: 'aws.partner/salesforce.com/anything',
  DetailType: 'ContactChangeEvent',
  Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
});
const put = async (...details: readonly unknown[]) => {
  const answer = await billfold.eventBridge.send(new PutEventsCommand({ Entries: details.map(entry) }));
  said.push(JSON.stringify(answer.Entries));
  return answer;
};
const putOne = async (detail: unknown): Promise<string> => {
  const { Entries, FailedEntryCount } = await put(detail);
  expect(FailedEntryCount).toBe(0);
  return Entries?.[0]?.EventId ?? '';
};

describe('a line that cannot be read stops only itself', () => {
  const tooLong = `{"Id":"${'x'.repeat(2 * 1024 * 1024)}"}`;
  const notUtf8 = Buffer.from(`{"LastName":"${CANARY} \xff\xfe"}`, 'latin1');
  it.each<{ what: string; bad: string | Buffer; path: string; reason: RegExp }>([
    { what: 'malformed JSON', bad: `{"LastName":"${CANARY}",`, path: 'line', reason: /expected .*JSON object/ },
    { what: 'JSON, no object', bad: `["${CANARY}"]`, path: 'Contact', reason: /expected .*JSON object/ },
    { what: 'not UTF-8', bad: notUtf8, path: 'line', reason: /expected UTF-8/ },
    { what: 'two megabytes', bad: tooLong, path: 'line', reason: /expected at most \d+ bytes/ },
    { what: 'no Id', bad: row({ LastName: CANARY }), path: 'Contact.Id', reason: /expected a Salesforce id/ },
    {
      what: 'an Id of another length',
      bad: row({ Id: CANARY }),
      path: 'Contact.Id',
      reason: /expected a Salesforce id/,
    },
    {
      what: 'an object for text',
      bad: contact({ FirstName: { text: CANARY } }).line,
      path: 'Contact.FirstName',
      reason: /expected text/,
    },
    {
      what: 'no such day',
      bad: contact({ MemberSince__c: '2026-02-30' }).line,
      path: 'Contact.MemberSince__c',
      reason: /expected a date/,
    },
    {
      what: 'a word for a reference',
      bad: contact({ MasterRecordId: CANARY }).line,
      path: 'Contact.MasterRecordId',
      reason: /expected a Salesforce id/,
    },
    {
      what: 'a word for a flag',
      bad: contact({ IsDeleted: CANARY }).line,
      path: 'Contact.IsDeleted',
      reason: /expected true or false/,
    },
    {
      what: 'a word for an instant',
      bad: contact({ LastModifiedDate: CANARY }).line,
      path: 'Contact.LastModifiedDate',
      reason: /expected a date and time/,
    },
    {
      what: 'no date of change',
      bad: contact({ LastModifiedDate: null, SystemModstamp: '' }).line,
      path: 'Contact.LastModifiedDate',
      reason: /expected a date and time/,
    },
  ])('$what', async ({ bad, path, reason }) => {
    const before = contact();
    const after = contact();
    const file = `Contact/run-${serial}/part`;
    await dropBytes(
      file,
      Buffer.concat([Buffer.from(`${before.line}\n`), Buffer.from(bad), Buffer.from(`\n${after.line}\n`)]),
    );
    await billfold.untilIdle();
    expect(await fromFile(file)).toEqual([
      { type: 'input', offset: Buffer.byteLength(before.line) + 1, path, reason: expect.stringMatching(reason) },
    ]);
    await expectPasses(before.id, after.id);
  });

  it.each<{ field: string; value: unknown; reason: RegExp }>([
    { field: 'TotalAmount', value: CANARY, reason: /expected a decimal number/ },
    { field: 'TotalAmount', value: true, reason: /expected a decimal number/ },
    { field: 'Status', value: [CANARY], reason: /expected text/ },
    { field: 'EffectiveDate', value: '1 March', reason: /expected a date/ },
    { field: 'IsReductionOrder', value: 2, reason: /expected true or false/ },
    { field: 'BillToContactId', value: CANARY, reason: /expected a Salesforce id/ },
  ])('an order with $value for $field', async ({ field, value, reason }) => {
    const owner = contact();
    const order = { BillToContactId: owner.id, EffectiveDate: '2026-03-01', Status: 'Activated', TotalAmount: 12 };
    const sound = row({ Id: salesforceId('Order', ++serial), ...order });
    const bad = row({ Id: salesforceId('Order', ++serial), ...order, [field]: value });
    await dropBytes(`Contact/run-${serial}/part`, owner.line);
    await dropBytes(`Order/run-${serial}/part`, `${bad}\n${sound}`);
    await billfold.untilIdle();
    expect(await fromFile(`Order/run-${serial}/part`)).toEqual([
      { type: 'input', offset: 0, path: `Order.${field}`, reason: expect.stringMatching(reason) },
    ]);
    expect((await billfold.passOf(owner.id))?.spend).toMatchObject({
      purchases: 1,
      lifetime: [{ amount: '12.00', currency: 'EUR' }],
    });
  });
});

describe('a file that is none', () => {
  it.each<{ what: string; file: string; bytes: string | Buffer; reason: RegExp }>([
    {
      what: 'of an object that is not mapped',
      file: 'Account/run-1/part',
      bytes: `${row({ Id: CANARY })}\n`,
      reason: /expected an object of the mapping \(Contact, Order/,
    },
    {
      what: 'at the inbox root',
      file: 'members.json',
      bytes: `${row({ Id: CANARY })}\n`,
      reason: /expected an object of the mapping/,
    },
    { what: 'without a byte', file: 'Contact/run-empty/part', bytes: '', reason: /expected at least one record/ },
    {
      what: 'of blank lines',
      file: 'Contact/run-blank/part',
      bytes: '\n \n\n',
      reason: /expected at least one record/,
    },
  ])('$what', async ({ file, bytes, reason }) => {
    await dropBytes(file, bytes);
    const { inbox } = await billfold.untilIdle();
    expect(await fromFile(file)).toEqual([
      { type: 'input', offset: 0, path: 'file', reason: expect.stringMatching(reason) },
    ]);
    expect(inbox.waiting).toBe(0);
  });

  it('gzip that ends too early: what came before is read, and it says where the end was', async () => {
    const whole = Array.from({ length: 40 }, () => contact({ Description: randomBytes(12_000).toString('hex') }));
    const zipped = gzipSync(whole.map(({ line }) => `${line}\n`).join(''));
    await dropBytes('Contact/run-cut/part.gz', zipped.subarray(0, Math.floor(zipped.length * 0.9)));
    await billfold.untilIdle();
    const [fault, ...more] = await fromFile('Contact/run-cut/part.gz');
    expect(fault).toMatchObject({ path: 'file', reason: expect.stringMatching(/complete gzip file/) });
    expect(more).toEqual([]);
    const read = Math.round((fault?.offset ?? 0) / (Buffer.byteLength(whole[0]!.line) + 1));
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(40);
    await expectPasses(whole[0]!.id, whole[read - 1]!.id);
    expect(await billfold.passOf(whole[39]!.id)).toBeNull();
  });

  it('at the inbox root under the name of an object does not stand in the way of the files after it', async () => {
    const { id, line } = contact();
    const voucher = row({
      Id: salesforceId('Voucher__c', ++serial),
      Member__c: id,
      Status__c: 'Issued',
      Title__c: 'Tea',
    });
    await dropBytes('Voucher__c', voucher);
    await billfold.untilIdle();
    await dropBytes(`Contact/run-${serial}/part`, line);
    await dropBytes('Voucher__c/run-1/part', voucher);
    await billfold.untilIdle();
    expect((await billfold.passOf(id))?.promotions).toMatchObject([{ title: 'Tea' }]);
  });
});

describe('an amount that cannot be is kept, not counted, and listed until the record is mended', () => {
  it.each<{ what: string; bad: object; mended: object; path: string; reason: RegExp }>([
    {
      what: 'more decimals than the currency has',
      bad: { TotalAmount: '19.999' },
      mended: { TotalAmount: '19.99' },
      path: 'Order.TotalAmount',
      reason: /expected at most 2 decimals for EUR/,
    },
    {
      what: 'decimals of a currency that has none',
      bad: { TotalAmount: '19.99', CurrencyIsoCode: 'JPY' },
      mended: { TotalAmount: '19.99', CurrencyIsoCode: 'EUR' },
      path: 'Order.TotalAmount',
      reason: /expected at most 0 decimals for JPY/,
    },
    {
      what: 'an unknown currency',
      bad: { TotalAmount: '19.99', CurrencyIsoCode: 'QQQ' },
      mended: { TotalAmount: '19.99', CurrencyIsoCode: 'EUR' },
      path: 'Order.CurrencyIsoCode',
      reason: /ISO 4217/,
    },
  ])('$what', async ({ bad, mended, path, reason }) => {
    const owner = contact();
    const order = {
      Id: salesforceId('Order', ++serial),
      BillToContactId: owner.id,
      EffectiveDate: '2026-03-01',
      Status: 'Activated',
    };
    const file = `Order/run-${serial}/part`;
    await dropBytes(`Contact/run-${serial}/part`, owner.line);
    await dropBytes(file, row({ ...order, ...bad }));
    await billfold.untilIdle();
    expect(await fromFile(file)).toEqual([{ type: 'record', offset: 0, path, reason: expect.stringMatching(reason) }]);
    expect((await billfold.passOf(owner.id))?.spend).toMatchObject({ purchases: 0, lifetime: [] });

    const fields = { ...mended, LastModifiedDate: '2026-03-02T09:00:00.000Z' };
    await putOne(
      change(
        order.Id,
        { changeType: 'UPDATE', changedFields: Object.keys(fields), commitTimestamp: Date.UTC(2026, 2, 2, 9) },
        fields,
        'Order',
      ),
    );
    await billfold.untilIdle();
    expect(await fromFile(file)).toEqual([]);
    expect((await billfold.passOf(owner.id))?.spend).toMatchObject({
      purchases: 1,
      lifetime: [{ amount: '19.99', currency: 'EUR' }],
    });
  });
});

describe('an event that cannot be read is listed under its id', () => {
  const id = salesforceId('Contact', 900_001);
  it.each<{ what: string; detail: unknown; path: RegExp; reason: RegExp }>([
    {
      what: 'without header',
      detail: { LastName: CANARY },
      path: /^detail\.ChangeEventHeader$/,
      reason: /header of a change event/,
    },
    {
      what: 'of an object that is not mapped',
      detail: change(id, { entityName: 'Account' }, { LastName: CANARY }),
      path: /entityName$/,
      reason: /object of the mapping/,
    },
    {
      what: 'without record ids',
      detail: change(id, { recordIds: [] }, { LastName: CANARY }),
      path: /recordIds$/,
      reason: /record ids/,
    },
    { what: 'with a word for an id', detail: change(CANARY), path: /recordIds\.0$/, reason: /Salesforce id/ },
    {
      what: 'of an unknown change type',
      detail: change(id, { changeType: CANARY }),
      path: /changeType$/,
      reason: /change type/,
    },
    {
      what: 'with a bitmap for changed fields',
      detail: change(id, { changeType: 'UPDATE', changedFields: ['0x400800', '1-0x10'] }, { LastName: CANARY }),
      path: /changedFields\.0$/,
      reason: /field name/,
    },
    {
      what: 'that does not say what changed',
      detail: change(id, { changeType: 'UPDATE' }, { LastName: CANARY }),
      path: /changedFields$/,
      reason: /changed fields/,
    },
    {
      what: 'without a time of commit',
      detail: change(id, { commitTimestamp: CANARY }),
      path: /commitTimestamp$/,
      reason: /epoch milliseconds/,
    },
    {
      what: 'with a day that is none',
      detail: change(id, {}, { MemberSince__c: CANARY }),
      path: /^Contact\.MemberSince__c$/,
      reason: /expected a date/,
    },
    {
      what: 'with a date of change that is none',
      detail: change(id, {}, { LastModifiedDate: CANARY }),
      path: /^Contact\.LastModifiedDate$/,
      reason: /expected a date and time/,
    },
  ])('$what', async ({ detail, path, reason }) => {
    const sound = salesforceId('Contact', ++serial + 1_000_000);
    const { Entries } = await put(detail, change(sound, {}, { MemberNumber__c: 'M', LastName: CANARY }));
    await billfold.untilIdle();
    expect(await fromEvent(Entries?.[0]?.EventId ?? '')).toEqual([
      { type: 'input', path: expect.stringMatching(path), reason: expect.stringMatching(reason) },
    ]);
    await expectPasses(sound);
  });

  it('of several records of which one has no id: the others are read', async () => {
    const sound = salesforceId('Contact', ++serial + 1_000_000);
    const eventId = await putOne(change(sound, { recordIds: [CANARY, sound] }, { MemberNumber__c: 'M' }));
    await billfold.untilIdle();
    expect(await fromEvent(eventId)).toMatchObject([{ path: 'detail.ChangeEventHeader.recordIds.0' }]);
    await expectPasses(sound);
  });
});

describe('PutEvents refuses what EventBridge refuses', () => {
  it('an entry whose Detail is no JSON object, and takes the others of the request', async () => {
    const [first, last] = [1, 2].map((n) => salesforceId('Contact', n + 2_000_000));
    const answer = await put(
      change(first!, {}, { MemberNumber__c: 'M' }),
      `{"LastName":"${CANARY}"`,
      `["${CANARY}"]`,
      change(last!, {}, { MemberNumber__c: 'M' }),
    );
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      'string',
      'MalformedDetail',
      'MalformedDetail',
      'string',
    ]);
    await billfold.untilIdle();
    await expectPasses(first!, last!);
  });

  const refusalOf = async (details: readonly unknown[]): Promise<unknown> => {
    const before = await billfold.untilIdle();
    const refused = await put(...details).then(
      () => null,
      (error: unknown) => error,
    );
    said.push(String(refused));
    const after = await billfold.untilIdle();
    expect(after.counts, 'nothing of it was taken').toEqual(before.counts);
    return refused;
  };

  it('eleven entries', async () => {
    const details = Array.from({ length: 11 }, (_, index) =>
      change(salesforceId('Contact', 3_000_000 + index), {}, { LastName: CANARY }),
    );
    expect(await refusalOf(details)).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
  });

  it('more than a megabyte in all, though each entry is smaller', async () => {
    const details = [0, 1].map((index) =>
      change(salesforceId('Contact', 3_000_100 + index), {}, { LastName: CANARY.repeat(40_000) }),
    );
    expect(await refusalOf(details)).toMatchObject({ name: 'ValidationException' });
  });

  it('more than any request may weigh', async () => {
    const detail = change(salesforceId('Contact', 3_000_200), {}, { LastName: CANARY.repeat(400_000) });
    expect(await refusalOf([detail])).toMatchObject({ $metadata: { httpStatusCode: 413 } });
  });
});

describe('after all of that', () => {
  it('the service is idle, counts what it listed, and names nobody', async () => {
    const { idle, quarantined, inbox } = await billfold.untilIdle();
    const listed = await quarantine();
    expect({ idle, quarantined, waiting: inbox.waiting }).toEqual({
      idle: true,
      quarantined: listed.length,
      waiting: 0,
    });
    expect(listed.length).toBeGreaterThan(30);
    expect(said.filter((text) => text.includes(CANARY))).toEqual([]);
  });
});
