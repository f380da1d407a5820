import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CANARY = 'Zanzibar-Canary';
const program = fileURLToPath(new URL('../../../adapters/local/compactDatabase.ts', import.meta.url));

let folder: string;
let file: string;
/** As dynoxide has it open. */
let server: DatabaseSync;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billfold-'));
  file = join(folder, 'billfold.db');
  server = new DatabaseSync(file);
  server.exec('PRAGMA journal_mode = WAL');
  server.exec('CREATE TABLE _stream_records (id INTEGER PRIMARY KEY, table_name, keys_json, new_image)');
  const put = server.prepare('INSERT INTO _stream_records (table_name, keys_json, new_image) VALUES (?, ?, ?)');
  put.run('views', '003-ada', CANARY);
  put.run('views', '003-ada', 'void');
  put.run('views', '003-eve', 'Eve');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const compacted = () =>
  promisify(execFile)(process.execPath, ['--no-warnings', program, file, 'views', '003-ada', 'void', '100']);
const bytes = async (): Promise<string> => {
  const [database, log] = [await readFile(file), await readFile(`${file}-wal`).catch(() => Buffer.alloc(0))];
  return Buffer.concat([database, log]).toString('latin1');
};

test('what was removed is in no byte of the database, nor of its log', async () => {
  expect(await bytes()).toContain(CANARY);
  await compacted();
  expect(await bytes()).not.toContain(CANARY);
  expect(server.prepare('SELECT new_image FROM _stream_records').all()).toEqual([
    { new_image: 'void' },
    { new_image: 'Eve' },
  ]);
});

test('fails where a reader keeps what was there before, rather than leave it', async () => {
  const reader = new DatabaseSync(file);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM _stream_records').get();
  await expect(compacted()).rejects.toThrow(/the database is being read/);
  reader.exec('COMMIT');
  reader.close();
  await compacted();
  expect(await bytes()).not.toContain(CANARY);
});
