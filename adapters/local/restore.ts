import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { type Mapping, memberOfKey } from '#domain/index.ts';
import { destroyedIn, keyLinesWith } from '../keys/fileKeys.ts';
import { parsedJson } from '../parsedJson.ts';
import { BackupNote, codeOf, DATABASE, KEYS, NOTE } from './backup.ts';
import { copyDatabase, copyFolder, flush } from './durableFiles.ts';
import { lockFolder } from './instanceLock.ts';
import { type Rebuilt, rebuildViews } from './rebuildViews.ts';

export type RestoreFailure = { readonly type: 'RestoreFailed'; readonly message: string };
export type Restored = { readonly takenAt: string } & Rebuilt;

export type RestoreOptions = {
  readonly from: string;
  readonly dataDir: string;
  readonly mapping: Mapping;
  readonly clock: () => number;
};

const failed = (message: string) => E.left({ type: 'RestoreFailed' as const, message });

/**
 * Makes a backup into a data folder that a service can start in. The log is as it was. What is derived is made anew: whoever saw a pass after the backup was
 * taken holds a higher revision than it knows, so all revisions begin above any that can have been. Whose key was destroyed since is forgotten again. The store gets its name last: broken off, nothing starts on half of it.
 */
export const restoreBackup = async (options: RestoreOptions): Promise<E.Either<RestoreFailure, Restored>> => {
  const [from, dataDir] = [resolve(options.from), resolve(options.dataDir)];
  const note = await readNote(from);
  if (note === null) return failed(`${options.from} is no backup, or one that was broken off: it holds no ${NOTE}.`);
  // SQLite would make an empty one of a file that is not there.
  if (!(await isFile(join(from, DATABASE))))
    return failed(`${options.from} holds no ${DATABASE}: a part of the backup is missing.`);
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    return failed(`Cannot keep data in ${options.dataDir} (${codeOf(error)}). (--data)`);
  }
  const lock = await lockFolder(dataDir);
  if (lock === null)
    return failed(`A billfold is using ${options.dataDir}. Stop it, or choose another folder with --data.`);
  try {
    if ((await readdir(dataDir)).some((name) => name.startsWith(DATABASE)))
      return failed(`${options.dataDir} holds a store already: move its ${DATABASE}* away first.`);
    await copyFolder(from, dataDir, (name) => ![NOTE, DATABASE, KEYS].includes(name));
    const unreadable = await restoreKeys(from, dataDir);
    if (unreadable !== null) return failed(`${KEYS}, in the backup or in ${options.dataDir}: ${unreadable}.`);
    const destroyed = destroyedIn(await readFile(join(dataDir, KEYS)));
    const withoutKeys = destroyed.flatMap((keyId) => memberOfKey(keyId) ?? []);
    const rebuilt = await restoreStore(from, dataDir, { ...options, withoutKeys });
    return E.isLeft(rebuilt) ? failed(rebuilt.left) : E.right({ takenAt: note.takenAt, ...rebuilt.right });
  } finally {
    await lock.release();
  }
};

const readNote = async (from: string): Promise<BackupNote | null> => {
  const note = parsedJson(await readFile(join(from, NOTE), 'utf8').catch(() => ''));
  return BackupNote.is(note) ? note : null;
};

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

/** Of keys that were destroyed since, where their file is still here, only that they were comes into the new one. Resolves with why not; null: they are there. */
const restoreKeys = async (from: string, dataDir: string): Promise<string | null> => {
  const path = join(dataDir, KEYS);
  const here = await readFile(path).catch(() => Buffer.alloc(0));
  const backedUp = await readFile(join(from, KEYS)).catch(() => null);
  if (backedUp === null) return 'it is not there';
  const lines = E.tryCatch(() => keyLinesWith(backedUp, here), E.toError);
  if (E.isLeft(lines)) return lines.left.message;
  await writeFile(`${path}.new`, lines.right, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  await flush(dataDir);
  return null;
};

const restoreStore = async (
  from: string,
  dataDir: string,
  { mapping, clock, withoutKeys }: RestoreOptions & { readonly withoutKeys: readonly string[] },
): Promise<E.Either<string, Rebuilt>> => {
  const work = join(dataDir, 'restoring');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { mode: 0o700 });
  await copyDatabase(join(from, DATABASE), join(work, DATABASE));
  const rebuilt = await rebuildViews({
    dbFile: join(work, DATABASE),
    keysFile: join(dataDir, KEYS),
    mapping,
    clock,
    withoutKeys,
  });
  if (E.isLeft(rebuilt)) return rebuilt;
  // With what its server left beside it.
  await copyDatabase(join(work, DATABASE), join(work, 'whole.db'));
  await rename(join(work, 'whole.db'), join(dataDir, DATABASE));
  await flush(dataDir);
  await rm(work, { recursive: true });
  return rebuilt;
};
