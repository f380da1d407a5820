import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { billfold, launch, placeIn } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';

let folder = '';
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => removeFolder(folder));

const ADA = '0038d00000Qz7AbAAJ';
const contact = (more: object = {}): string =>
  `${JSON.stringify({ Id: ADA, MemberNumber__c: 'M-1', LastModifiedDate: '2026-11-02T09:58:41.000+0000', ...more })}\n`;

/** In the folder, with the folders that lead there. */
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
};

describe('a mapping file named on the command line', () => {
  test('is what the service reads by; ingest knows its flows and objects from the service', {
    timeout: 60_000,
  }, async () => {
    const mapping = await file(
      'acme.ts',
      `import { defineMapping } from 'billfold';
export default defineMapping({
  extends: 'retail',
  flows: { 'nightly-members': 'Contact' },
  objects: { Contact: { custom: { size: { field: 'Size__c', onPass: true } } } },
});\n`,
    );
    const rows = await file('nightly-members/run-1/part-0', contact({ Size__c: 'XL' }));
    const place = await placeIn(join(folder, 'data'));
    const { running, service } = await launch(place, 'node', ['--empty', '--mapping', mapping]);
    try {
      expect(service, running.stderr()).not.toBeNull();
      const url = `http://127.0.0.1:${place.port}`;
      const ingested = await billfold(['ingest', rows, '--json'], url);
      expect(ingested.code, ingested.stderr).toBe(0);
      await service?.untilIdle();
      expect(await service?.passOf(ADA)).toMatchObject({ memberNumber: 'M-1', custom: { size: 'XL' } });
      expect(await service?.get('/api/mapping')).toMatchObject({
        objects: {
          Contact: { role: 'member', owner: null, custom: { size: 'Size__c' } },
          Order: { owner: 'BillToContactId' },
        },
        flows: { 'nightly-members': 'Contact' },
        platformEvents: {},
      });
    } finally {
      process.kill(running.pid, 'SIGTERM');
      await running.ended;
    }
  });

  test('that cannot be used is told in full, and nothing starts', async () => {
    const mapping = await file('bad.json', '{\n "extends": "retail",\n "flows": { "x": "Y" }\n}');
    const { code, stderr } = await billfold(['start', '--empty', '--mapping', mapping]);
    expect(code).toBe(1);
    expect(stderr).toContain('bad.json:3  flows.x: expected an object of this mapping');
  });

  test('that does not read the sample org leaves it out, and says so', { timeout: 60_000 }, async () => {
    const place = await placeIn(join(folder, 'loyalty'));
    const { running, service } = await launch(place, 'node', ['--mapping', 'loyalty-management']);
    try {
      expect((await service?.untilIdle())?.quarantined).toBe(0);
      expect(running.stderr()).toContain('which loyalty-management does not read: it is left out');
    } finally {
      process.kill(running.pid, 'SIGTERM');
      await running.ended;
    }
  });
});

describe('mapping', () => {
  test('shows by which flows each object is read, by their names in that installation', async () => {
    const { code, stdout } = await billfold(['mapping', '--prefix', 'acme']);
    expect(code).toBe(0);
    expect(stdout).toContain('acme-<object>-full');
    expect(stdout).toMatch(/^Contact +member +\d+ +on demand +every 15 min +ContactChangeEvent$/m);
    expect(stdout).not.toContain('cannot be deployed');
  });

  test('says of an object without a flow that it cannot be deployed so, and what to do', async () => {
    const feeds = { Promotion__c: { full: false, everyMinutes: 'never', events: false } };
    const mapping = await file('silent.json', JSON.stringify({ extends: 'retail', feeds }));
    const { code, stdout } = await billfold(['mapping', '--mapping', mapping]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No flow brings Promotion__c: it cannot be deployed so\. .*"feeds"/m);
  });
});

describe('explore', () => {
  test('profiles files of several objects without a running billfold, packed ones too', async () => {
    const plain = await file('Contact/run-1/a', contact());
    const packed = await file('Contact/run-1/b', gzipSync(contact({ Colour__c: 'red' })));
    const other = await file('Lead/run-1/c', '{"Id":"1","Rating":"hot"}\nnonsense\n');
    const { code, stdout, stderr } = await billfold(['explore', plain, packed, other, '--json'], 'http://127.0.0.1:9');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { object: 'Contact', role: 'member', files: 2, rows: 2, ignored: ['Colour__c'] },
      { object: 'c', role: null, files: 1, rows: 2, refused: [{ path: 'line', rows: 1 }] },
    ]);
  });

  test('says in words what is read, what is not, and what is missing', async () => {
    const rows = await file('contacts.jsonl', contact({ Colour__c: 'red', LastModifiedDate: 'soon' }));
    const { code, stdout } = await billfold(['explore', rows, '--object', 'Contact']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Contact {2}read as member {2}1 file, 1 row, \d+ bytes\n/);
    expect(stdout).toMatch(/MemberNumber__c +number +text +0 % +1 +A-9/);
    expect(stdout).toContain('Not read by retail: Colour__c');
    expect(stdout).toContain('Mapped, but in no row: FirstName (firstName), LastName (lastName), Email (email)');
    expect(stdout).toContain('Would go to quarantine: 1 row, Contact.LastModifiedDate: expected a date and time');
  });

  test('of a file that is not there is refused', async () => {
    const { code, stderr } = await billfold(['explore', join(folder, 'nothing')]);
    expect(code).toBe(1);
    expect(stderr).toContain('no such file');
  });
});
