import { appendFile, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileKeys } from '#adapters/keys/fileKeys.ts';
import { got, refused } from '#test/contract/given.ts';
import { keyStoreContract } from '#test/contract/keyStore.ts';

const freshPath = async () => join(await mkdtemp(join(tmpdir(), 'keys-')), 'keys.jsonl');

keyStoreContract('a file', async () => fileKeys(await freshPath()));

test('keys and tombstones survive a restart', async () => {
  const path = await freshPath();
  const before = await got(fileKeys(path).obtain(['member:1', 'member:2']));
  await got(fileKeys(path).destroy('member:1'));
  const after = await got(fileKeys(path).obtain(['member:1', 'member:2', 'member:3']));
  expect(after.get('member:1')).toBeNull();
  expect(after.get('member:2')).toEqual(before.get('member:2'));
});

test('destroying leaves nothing of the key in the file, which only its owner may read', async () => {
  const path = await freshPath();
  const keys = fileKeys(path);
  const key = (await got(keys.obtain(['member:1', 'member:2']))).get('member:1');
  await got(keys.destroy('member:1'));
  expect(await readFile(path, 'utf8')).not.toContain(Buffer.from(key ?? []).toString('base64'));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a torn last line was never handed out: it is cut off and the keys before it stay', async () => {
  const path = await freshPath();
  const before = await got(fileKeys(path).obtain(['member:1']));
  await appendFile(path, '{"id":"member:2","key":"AAAA');
  const keys = fileKeys(path);
  const after = await got(keys.obtain(['member:1', 'member:2']));
  expect(after.get('member:1')).toEqual(before.get('member:1'));
  expect((await got(fileKeys(path).obtain(['member:2']))).get('member:2')).toEqual(after.get('member:2'));
});

test('a torn first line is no key file yet', async () => {
  const path = await freshPath();
  await writeFile(path, '{"id":"mem');
  const made = await got(fileKeys(path).obtain(['member:1']));
  expect((await got(fileKeys(path).obtain(['member:1']))).get('member:1')).toEqual(made.get('member:1'));
});

test('a line that is no key fails closed, and the failure does not quote it', async () => {
  const path = await freshPath();
  await writeFile(path, '{"id":"member:1","key":"secret"\n{"id":"member:2","destroyed":true}\n');
  const failure = await refused(fileKeys(path).obtain(['member:2']));
  expect(failure).toMatchObject({ type: 'StoreUnavailable', reason: 'line 1 of the key file is not a key' });
});
