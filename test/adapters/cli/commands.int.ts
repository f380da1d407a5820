import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { Pass } from '#domain/index.ts';
import { created, entryOf, type HttpService, startService } from '#test/adapters/http/support.ts';
import { billfold, run } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';

let service: HttpService;
let folder: string;
const member = created('Contact', { MemberNumber__c: 'M-77', Name: { FirstName: 'Ada', LastName: 'Roth' } });
beforeAll(async () => {
  service = await startService();
  folder = await freshFolder();
  const order = created('Order', {
    BillToContactId: member.id,
    EffectiveDate: '2026-04-01',
    Status: 'Activated',
    TotalAmount: 600,
  });
  const voucher = created('Voucher__c', {
    Member__c: member.id,
    Status__c: 'Issued',
    Title__c: 'Tea',
    ValidTo__c: '2026-05-04',
    Value__c: 5,
  });
  await service.eventBridge.send(new PutEventsCommand({ Entries: [member.entry, order.entry, voucher.entry] }));
  await service.untilIdle();
});
afterAll(async () => {
  await service.stop();
  await removeFolder(folder);
});

const ask = (...args: readonly string[]) => billfold(args, service.url);
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
let serial = 500;
const row = (fields: object = {}): string => {
  const at = '2026-03-01T08:00:00.000Z';
  return `${JSON.stringify({ Id: salesforceId('Contact', ++serial), MemberNumber__c: `M-${serial}`, LastModifiedDate: at, SystemModstamp: at, ...fields })}\n`;
};

describe('billfold member', () => {
  it('shows the pass', async () => {
    const { code, stdout } = await ask('member', member.id.slice(0, 15));
    expect(code).toBe(0);
    for (const part of [
      member.id,
      'M-77',
      'Ada Roth',
      'Silver, 1400.00 EUR to Gold (6 %)',
      '600.00 EUR',
      'Tea  5.00 EUR  until 2026-05-04, expiring',
    ])
      expect(stdout).toContain(part);
  });

  it('--json is what the API answers', async () => {
    const { stdout } = await ask('member', member.id, '--json');
    expect(JSON.parse(stdout)).toEqual((await service.ask(`/api/members/${member.id}`)).body);
  });

  it('--at and --at-version travel in recorded time', async () => {
    expect((await ask('member', member.id, '--at-version', '1')).stdout).toContain('500.00 EUR to Silver');
    expect((await ask('member', member.id, '--at', '2027-01-01')).stdout).not.toContain('Tea');
    expect((await ask('member', member.id, '--at', '2026-05-01T12:00:00Z')).stdout).toContain('Silver');
  });

  it.each<{ at: readonly string[]; says: string }>([
    { at: ['--at', 'noon'], says: 'at: expected' },
    { at: ['--at', '2026-02-30'], says: 'at: expected' },
    { at: ['--at', '2'], says: 'a version is --at-version' },
    { at: ['--at', ''], says: 'expected a date' },
    { at: ['--at', '2026-04-30'], says: 'The first of its events was recorded on 2026-05-01T12:00:00.000Z' },
    { at: ['--at-version', '4'], says: 'The last of its events is version 3' },
    { at: ['--at-version', '0'], says: 'expected a whole number from 1' },
    { at: ['--at-version', '2026-05-01'], says: 'expected a whole number from 1' },
    { at: ['--at-version', '1', '--at', '2026-05-01'], says: 'cannot be used with' },
  ])('refuses $at', async ({ at, says }) => {
    for (const command of [
      ['member', member.id],
      ['why', member.id, 'tier'],
    ])
      expect(await ask(...command, ...at)).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(says) });
  });

  it('says that there is none', async () => {
    expect(await ask('member', '003000000000000')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No member 003000000000000AAA\n',
    });
    expect(await ask('member', '003000000000000', '--at', '2026-05-02')).toMatchObject({
      ...{ code: 1, stdout: '', stderr: 'No member 003000000000000AAA\n' },
    });
  });
});

describe('billfold why', () => {
  it('says the rule, what is summed up, and the events and fields behind it', async () => {
    const { code, stdout, stderr } = await ask('why', member.id.slice(0, 15), 'tier.name');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of [
      /^tier\.name {2}Silver$/m,
      /^Qualifying 600\.00 EUR >= 500\.00 for Silver\.$/m,
      /^From 2027-04-01 on, if nothing else happens: Silver → Member\.$/m,
      /^ {2}Member → Silver\n {4}PurchaseRecorded, version \d, recorded 2026-05-01 12:00:00Z in the live lane, from event /m,
      /^1 purchase {2}600\.00 EUR$/m,
      /^ {2}2026-04-01 +600\.00 EUR {2}Order \w{18} {2}version \d, leaves on 2027-04-01$/m,
      /TotalAmount 600.*: modified 2026-04-01 00:00:00Z, from an event \(commit \d+\)$/m,
    ])
      expect(stdout).toMatch(part);
  });

  it('of a promotion tells when it ends', async () => {
    const { body } = await service.ask(`/api/passes/${member.id}`);
    const [tea] = (body as { pass: Pass }).pass.promotions;
    const { stdout } = await ask('why', member.id, `promotions.${tea?.id.slice(0, 15)}`);
    expect(stdout).toContain('Its last day is 2026-05-04, in 3 days.');
    expect(stdout).toMatch(/^ {4}Voucher__c \w{18}\n {4}.*Title__c Tea/m);
    const later = await ask('why', member.id, `promotions.${tea?.id}`, '--at', '2027-01-01');
    expect(later.stdout).toContain('Not on the pass: it ended on 2026-05-04.');
  });

  it('of a plain value tells the last change, and no purchases', async () => {
    const { stdout } = await ask('why', member.id, 'holder.lastName');
    expect(stdout).toMatch(/^Last changed by\n {2}- → Roth\n/m);
    expect(stdout).toMatch(/^ {4}LastName Roth: modified /m);
    expect(stdout).not.toContain('purchase');
    expect((await ask('why', member.id, 'memberSince')).stdout).toContain('No event ever changed it.');
  });

  it('--json is what the API answers', async () => {
    const asked = ['tier', '--at-version', '2'];
    const { stdout } = await ask('why', member.id, ...asked, '--json');
    expect(JSON.parse(stdout)).toEqual((await service.ask(`/api/members/${member.id}/why/tier?at=2`)).body);
  });

  it('says what there is where there is no such value, and that there is no such member', async () => {
    expect(await ask('why', member.id, 'tier.colour')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringMatching(/^The pass has no such value: it has .*tier\.name/),
    });
    expect(await ask('why', '003000000000000', 'tier')).toEqual({
      ...{ code: 1, stdout: '', stderr: 'No member 003000000000000AAA\n' },
    });
  });
});

describe('billfold events', () => {
  it('lists them, one a line', async () => {
    const { code, stdout } = await ask('events', member.id);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/^1 +2026-05-01T12:00:00.000Z +MemberEnrolled +event /m);
    expect(JSON.parse((await ask('events', member.id, '--json')).stdout)).toHaveLength(3);
    expect(await ask('events', '003000000000000')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('billfold wallet-events', () => {
  it('lists them without names, one a line, and those of others as such', async () => {
    const theirs = { ...entryOf({ hello: 1 }), EventBusName: 'billfold-wallet' };
    await service.eventBridge.send(new PutEventsCommand({ Entries: [theirs] }));
    const { code, stdout } = await ask('wallet-events');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d issued +M-77 +rev 1 /m);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d ChangeEvent from aws\.partner/m);
    expect(stdout).not.toMatch(/Ada|Roth/);
    const lines = (await ask('wallet-events', '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ sequence }) => sequence)).toEqual(
      lines.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
    expect((await ask('wallet-events', '--after', String(lines.at(-1).sequence))).stdout).toBe('');
  });

  it('--follow goes on as events happen', async () => {
    const { port } = service;
    const following = run(process.execPath, ['adapters/cli/billfold.js', 'wallet-events', '--follow'], {
      BILLFOLD_URL: `http://127.0.0.1:${port}`,
    });
    await expect.poll(following.stdout, { timeout: 5_000 }).toContain('M-77');
    await service.eventBridge.send(
      new PutEventsCommand({ Entries: [created('Contact', { MemberNumber__c: 'M-follow' }).entry] }),
    );
    await expect.poll(following.stdout, { timeout: 5_000 }).toContain('M-follow');
    process.kill(following.pid, 'SIGINT');
    await following.ended;
  });

  it('is content when its reader has seen enough', async () => {
    const script = 'node adapters/cli/billfold.js wallet-events --json | true';
    const { stderr } = await run('npx', ['-c', script], { BILLFOLD_URL: service.url }).ended;
    expect(stderr).not.toContain('EPIPE');
  });
});

describe('billfold ingest', () => {
  it('loads files, plain and gzip, and says what came of each', async () => {
    const plain = await file('contact-1.jsonl', row() + row());
    const zipped = await file('Contact.json.gz', gzipSync(row()));
    const { code, stdout, stderr } = await ask('ingest', plain, zipped);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `${plain}: 2 rows, 2 records changed, 2 events\n${zipped}: 1 rows, 1 records changed, 1 events\n`,
    );
  });

  it('--json', async () => {
    const path = await file('contact-2.jsonl', row());
    const { stdout } = await ask('ingest', '--json', path);
    expect(JSON.parse(stdout)).toMatchObject([{ path, rows: 1, recordsChanged: 1, quarantined: 0 }]);
  });

  it('takes the object from a folder of the path, or is told', async () => {
    await mkdir(join(folder, 'Contact/run'), { recursive: true });
    expect(await ask('ingest', await file('Contact/run/a b (1).tmp', row()))).toMatchObject({ code: 0 });
    const path = await file('export.json', row());
    expect(await ask('ingest', '--object', 'Contact', path)).toMatchObject({
      code: 0,
      stdout: `${path}: 1 rows, 1 records changed, 1 events\n`,
    });
    expect(await ask('ingest', path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('say --object (Contact, Order'),
    });
  });

  it('loads nothing when one of the files is not there', async () => {
    const path = await file('contact-3.jsonl', row());
    const before = await service.untilIdle();
    expect(await ask('ingest', path, join(folder, 'contact-none'))).toMatchObject({ code: 1, stdout: '' });
    expect((await service.untilIdle()).counts).toEqual(before.counts);
  });

  it('mentions rows in quarantine; a file of which nothing could be read is a failure', async () => {
    const some = await ask('ingest', await file('contact-4.jsonl', `${row()}nonsense\n`));
    expect(some).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 in quarantine'),
      stderr: expect.stringContaining('billfold quarantine'),
    });
    expect(await ask('ingest', await file('contact-5.jsonl', ''))).toMatchObject({ code: 1 });
    expect(await ask('ingest', '--object', 'Account', await file('x.jsonl', row()))).toMatchObject({ code: 1 });
  });
});

describe('billfold quarantine', () => {
  it('lists where, what and why', async () => {
    await ask('ingest', await file('contact-6.jsonl', row({ MemberSince__c: 'May' })));
    const { code, stdout } = await ask('quarantine');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Contact\/.*\/contact-6\.jsonl at byte 0.*\n {2}Contact\.MemberSince__c: expected a date/);
    const listed = JSON.parse((await ask('quarantine', '--json')).stdout);
    expect(listed).toContainEqual(expect.objectContaining({ type: 'input', path: 'Contact.MemberSince__c' }));
  });
});

describe('billfold status', () => {
  it('is for reading, and --json for scripts', async () => {
    await service.untilIdle();
    const { code, stdout } = await ask('status');
    expect(code).toBe(0);
    for (const part of ['idle', 'Passes', 'Quarantine', 'billfold quarantine']) expect(stdout).toContain(part);
    expect(JSON.parse((await ask('status', '--json')).stdout)).toMatchObject({
      idle: true,
      counts: {},
      sample: { type: 'none' },
    });
  });
});

describe('billfold sample', () => {
  it('writes files that ingest takes and entries that PutEvents takes', async () => {
    const target = join(folder, 'org');
    const written = await billfold(['sample', target, '--members', '3', '--until', '2026-05-01', '--json']);
    expect(written.code).toBe(0);
    const { files, events } = JSON.parse(written.stdout);
    const paths = (await readdir(join(target, 'inbox'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(paths).toHaveLength(files);
    const entries = (await readFile(join(target, 'put-events.jsonl'), 'utf8')).trim().split('\n');
    expect(entries).toHaveLength(events);

    const { code, stdout } = await ask('ingest', ...paths);
    expect(code).toBe(0);
    expect(stdout).not.toContain('quarantine');
    expect(stdout.trim().split('\n')).toHaveLength(files);
    for (const entry of entries) {
      const { Time, ...rest } = JSON.parse(entry);
      const put = new PutEventsCommand({ Entries: [{ ...rest, Time: new Date(Time * 1000) }] });
      expect(await service.eventBridge.send(put)).toMatchObject({ FailedEntryCount: 0 });
    }
    expect((await service.untilIdle()).counts.passesIssued).toBeGreaterThan(3);
  });

  it('the same seed writes the same org', async () => {
    const write = async (name: string, seed: string): Promise<string> => {
      await billfold(['sample', join(folder, name), '--members', '2', '--until', '2026-05-01', '--seed', seed]);
      return readFile(join(folder, name, 'put-events.jsonl'), 'utf8');
    };
    const first = await write('one', '7');
    expect(await write('two', '7')).toBe(first);
    expect(await write('three', '8')).not.toBe(first);
  });
});
