import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMapping } from '#adapters/mapping/loadMapping.ts';
import { loyaltyManagement, retail } from '#domain/index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billfold-mapping-'));
});
afterAll(() => rm(folder, { recursive: true }));

const load = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadMapping(path);
};
/** Words as they would be in the folder. */
const refusal = async (name: string, text: string): Promise<string> => {
  const loaded = await load(name, text);
  return E.isLeft(loaded) ? loaded.left.message.replaceAll(`${folder}/`, '') : 'it was taken';
};

describe('a mapping', () => {
  test('is a preset, by name', async () => {
    expect(await loadMapping('retail')).toEqual(E.right(retail));
    expect(await loadMapping('loyalty-management')).toEqual(E.right(loyaltyManagement));
  });

  test('is a JSON file, or the default export of a TypeScript file', async () => {
    expect(await load('a.json', '{ "extends": "retail" }')).toEqual(E.right(retail));
    expect(await load('a.ts', "export default { extends: 'retail' as const };")).toEqual(E.right(retail));
  });

  test('that says what cannot be is refused with file, line, key path and what was expected, all of it', async () => {
    const json =
      '{\n "extends": "retail",\n "objects": {\n  "Order": {\n   "role": "order"\n  }\n },\n "flows": { "f": "x" }\n}';
    expect(await refusal('b.json', json)).toBe(
      `b.json cannot be used as a mapping (2 problems):
  b.json:5  objects.Order.role: expected one of the roles member, purchase, grant, definition, memberTier, tier, points
  b.json:8  flows.f: expected an object of this mapping (Contact, Order, Voucher__c, Promotion__c)`,
    );
    const typescript =
      "export default {\n  extends: 'retail' as const,\n  objects: {\n    Contact: { role: 'x' },\n  },\n};\n";
    expect(await refusal('b.ts', typescript)).toContain('\n  b.ts:4  objects.Contact.role: expected one of');
  });

  test.each([
    ['c.json', '{\n "extends": "retail",\n}', /^c\.json:3 {2}expected JSON/],
    ['d.json', '{\n "extends":', /^d\.json:2 {2}expected JSON/],
    ['e.ts', 'export const mapping = {};', /^e\.ts: expected "export default/],
    ['f.ts', 'export default {', /^f\.ts: cannot be loaded/],
    ['g.yaml', 'extends: retail', /^g\.yaml: expected a preset \(retail, loyalty-management\) or a mapping file/],
  ])('%s that cannot be read is refused in words', async (name, text, words) => {
    expect(await refusal(name, text)).toMatch(words);
  });

  test('of a name that is nothing is refused in words', async () => {
    expect(await loadMapping('retial.json')).toMatchObject({ left: { message: expect.stringContaining('no such') } });
    expect(await loadMapping('retial')).toMatchObject({
      left: { message: expect.stringContaining('retail, loyalty') },
    });
  });
});
