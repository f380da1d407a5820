import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { copyDatabase, copyFolder, flush } from './durableFiles.ts';

/** What a backup says of itself. Written last, so that a folder without it is none. */
export const BackupNote = t.strict({ format: t.literal(1), takenAt: t.string });
export type BackupNote = t.TypeOf<typeof BackupNote>;
export const NOTE = 'backup.json';

/** Files of a data folder: the store, and the keys without which nobody can read it. */
export const DATABASE = 'billfold.db';
export const KEYS = 'keys.jsonl';

/** done: what was loaded already, and is in the store. dynamodb.json: where the server of this folder listens. */
const LEFT_OUT = /^(?:billfold\.db.*|keys\.jsonl.*|done|middleware\.log|dynamodb\.json)$/;

export type BackupFailure = { readonly type: 'BackupFailed'; readonly message: string };

/**
 * A data folder as of one instant, whoever works in it. The order makes it whole: a file of the inbox that is loaded meanwhile is in the store that is copied
 * after it, and a key that a stored item needs was on disk before the item was.
 */
export const backUp = async (
  dataDir: string,
  into: string,
  now: number,
): Promise<E.Either<BackupFailure, BackupNote>> => {
  const target = resolve(into);
  const failed = (message: string) => E.left({ type: 'BackupFailed' as const, message });
  const present = await readdir(dataDir).catch((): string[] => []);
  if (!present.includes(DATABASE)) return failed(`${dataDir} holds no store. (--data)`);
  try {
    await mkdir(target, { recursive: true, mode: 0o700 });
    if ((await readdir(target)).length > 0)
      return failed(`${into} is not empty: a backup goes into a folder of its own.`);
    // Whoever has it can read every member in it.
    await chmod(target, 0o700);
    await copyFolder(dataDir, target, (name) => !LEFT_OUT.test(name));
    await copyDatabase(join(dataDir, DATABASE), join(target, DATABASE));
    const keys = present.includes(KEYS) ? await readFile(join(dataDir, KEYS)) : Buffer.alloc(0);
    await writeFile(join(target, KEYS), keys.subarray(0, keys.lastIndexOf('\n') + 1), { mode: 0o600, flush: true });
    const note: BackupNote = { format: 1, takenAt: new Date(now).toISOString() };
    await writeFile(join(target, NOTE), `${JSON.stringify(note)}\n`, { flush: true });
    await flush(target);
    return E.right(note);
  } catch (error) {
    return failed(`${into} could not be written (${codeOf(error)}).`);
  }
};

export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && error.code !== undefined && error.code !== null ? String(error.code) : error.name;
};
