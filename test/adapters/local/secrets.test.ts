import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localSecrets } from '#adapters/local/secrets.ts';
import { got } from '#test/contract/given.ts';

const opened = async (content: object) => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'secrets.json');
  await writeFile(file, JSON.stringify(content));
  return { folder, file, read: async () => JSON.parse(await readFile(file, 'utf8')) };
};

test('a certificate of your own outlives a start with the stand-ins, which show theirs', async () => {
  const mine = { current: 'mine', previous: 'before' };
  const { folder, file, read } = await opened({ 'apple-certificate': mine });
  const besideStandIns = await localSecrets(folder, { 'apple-certificate': 'theirs' });
  expect(await got(besideStandIns.current('apple-certificate'))).toBe('theirs');
  expect(await got(besideStandIns.candidates('apple-certificate'))).toEqual(['theirs']);
  expect((await read())['apple-certificate']).toEqual(mine);
  const alone = await localSecrets(folder, {});
  expect(await got(alone.candidates('apple-certificate'))).toEqual(['mine', 'before']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what is ours is made once', async () => {
  const { folder } = await opened({});
  const keyOf = async () => got((await localSecrets(folder, {})).current('apple-token-key'));
  const key = await keyOf();
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(await keyOf()).toBe(key);
});
