import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { billfold } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';

let folder = '';
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => removeFolder(folder));

const check = async (destinations: string, ...options: readonly string[]) => {
  await writeFile(join(folder, 'destinations.json'), destinations);
  return billfold(['destinations', 'check', folder, ...options], 'http://127.0.0.1:9');
};

const WEBHOOK = '{ "name": "crm", "url": "https://crm.example", "sign": { "secret": "crm-signing" } }';

describe('destinations check', () => {
  test('shows where events go and which secrets are needed, without anything that runs', async () => {
    const { code, stdout, stderr } = await check(`{ "webhooks": [${WEBHOOK}], "dryRun": true }`);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(
      `DESTINATION  TO                   GETS
crm          https://crm.example  all wallet events

Secrets: crm-signing
Dry run: everything is made ready, no partner is asked.
`,
    );
  });

  test('tells the same as JSON', async () => {
    const { code, stdout } = await check(`{ "webhooks": [${WEBHOOK}] }`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      destinations: [{ name: 'crm', to: 'https://crm.example', gets: 'all wallet events' }],
      secrets: ['crm-signing'],
      dryRun: false,
    });
  });

  test('says how passes look: what lies beside it, or that it is built in', async () => {
    const apple =
      '{ "apple": { "passTypeIdentifier": "pass.example", "teamIdentifier": "ABCDE12345", "organizationName": "A", "description": "B", "webServiceUrl": "https://passes.example" } }';
    expect((await check(apple)).stdout).toContain('\nCard and images: built in\n');
    await writeFile(join(folder, 'card.json'), (await billfold(['pass', 'template'])).stdout);
    const { stdout } = await check(apple);
    expect(stdout).toContain('\nCard and images: card.json; what is not there is built in\n');
    expect(JSON.parse((await check(apple, '--json')).stdout)).toMatchObject({ design: ['card.json'] });
    await writeFile(join(folder, 'card.json'), '{ "languages": ["en"],\n "colours": {} }');
    expect((await check(apple)).stderr).toContain('card.json:2  colours: expected one of the keys languages,');
    await rm(join(folder, 'card.json'));
  });

  test('of what cannot be used says all of it with its line, and fails', async () => {
    const { code, stdout, stderr } = await check('{\n "webhooks": [\n  { "name": "A",\n    "uri": "x" }\n ]\n}');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.replaceAll(folder, 'FOLDER')).toBe(
      `FOLDER cannot be used (3 problems):
  destinations.json:4  webhooks[0].uri: no such key: did you mean "url"?
  destinations.json:3  webhooks[0].name: expected a name of lower-case letters, digits and hyphens, such as crm
  destinations.json:3  webhooks[0].url: is missing: expected a URL that begins with https://
`,
    );
  });

  test('of a file that is not there says so, and fails', async () => {
    const { code, stderr } = await billfold(['destinations', 'check', join(folder, 'none.json')]);
    expect(code).toBe(1);
    expect(stderr).toContain('none.json: no such file');
  });
});
