import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { billfold } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';

const event = '{"source":"billfold.wallet","detail-type":"WalletPassUpdated","detail":{"data":{"changed":["tier"]}}}';
const test = (pattern: string, ...others: readonly string[]) =>
  billfold(['pattern', 'test', '--pattern', pattern, '--event', event, ...others]);

describe('billfold pattern test', () => {
  it.each([
    ['{"detail-type":["WalletPassUpdated"]}', 0, 'match\n'],
    ['{"detail":{"data":{"changed":[{"prefix":"tie"}]}}}', 0, 'match\n'],
    ['{"detail-type":["WalletPassIssued"]}', 1, 'no match\n'],
  ])('%s: exit code %d', async (pattern, code, stdout) => {
    expect(await test(pattern)).toEqual({ code, stdout, stderr: '' });
  });

  it('--json', async () => {
    const { code, stdout } = await test('{"source":["elsewhere"]}', '--json');
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 1, answer: { matches: false } });
  });

  it('reads both from files', async () => {
    const folder = await freshFolder();
    onTestFinished(() => removeFolder(folder));
    await writeFile(join(folder, 'pattern.json'), '{"source":[{"suffix":".wallet"}]}');
    await writeFile(join(folder, 'event.json'), event);
    const args = ['--pattern', `@${folder}/pattern.json`, '--event', `@${folder}/event.json`];
    expect(await billfold(['pattern', 'test', ...args])).toMatchObject({ code: 0, stdout: 'match\n' });
    expect(await billfold(['pattern', 'test', ...args, '--pipe'])).toMatchObject({ code: 2 });
  });

  it.each([
    [['--pattern', '{"detail":{"a":[{"numeric":["<"]}]}}', '--event', event], /^Bad pattern, at detail\.a: numeric: /],
    [['--pattern', '{', '--event', event], /^Bad pattern: not JSON\.$/m],
    [['--pattern', '{"a":[{"wildcard":"*"}]}', '--event', event, '--pipe'], /a: wildcard: not supported by pipes/],
    [['--pattern', '{"a":[1]}', '--event', '[]'], /^Bad event: expected a JSON object/],
    [['--pattern', '{"a":[1]}', '--event', '@/nowhere'], /^\/nowhere cannot be read \(ENOENT\)/],
    [['--pattern', '{"a":[1]}'], /required option '--event <json>'/],
  ])('%j: exit code 2, and where it is bad', async (args, says) => {
    const { code, stdout, stderr } = await billfold(['pattern', 'test', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });
});

describe('billfold schemas', () => {
  it('lists what is published, and prints the schema of one', async () => {
    expect((await billfold(['schemas'])).stdout).toMatch(
      /^billfold-wallet +WalletPassIssued +v2 +The member can have/m,
    );
    const { stdout } = await billfold(['schemas', 'PurchaseRecorded']);
    expect(JSON.parse(stdout)).toMatchObject({ $id: 'urn:billfold:domain:PurchaseRecorded:1' });
    expect(await billfold(['schemas', 'Unheard'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Nothing is published as Unheard.\n',
    });
  });

  it('--registry prints the input of CreateSchema, of all a list', async () => {
    const input = JSON.parse((await billfold(['schemas', 'WalletPassIssued', '--registry', 'acme'])).stdout);
    expect(input).toMatchObject({
      ...{ RegistryName: 'acme', SchemaName: 'billfold.wallet@WalletPassIssued', Type: 'JSONSchemaDraft4' },
      Content: expect.stringContaining('draft-04'),
    });
    const all = JSON.parse((await billfold(['schemas', '--registry'])).stdout);
    expect(all).toContainEqual({ ...input, RegistryName: 'billfold' });
  });
});
