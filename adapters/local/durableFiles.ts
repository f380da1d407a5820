import { execFile } from 'node:child_process';
import { cp, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A database of which somebody may be writing. Throws where it cannot be read, or the copy is there already. */
export const copyDatabase = async (from: string, to: string): Promise<void> => {
  const program = fileURLToPath(new URL('./copyDatabase.ts', import.meta.url));
  await promisify(execFile)(process.execPath, ['--no-warnings', program, from, to]);
  await flush(to);
};

/** A folder and all that is in it, on disk before this resolves. What is moved away meanwhile is left out. */
export const copyFolder = async (
  from: string,
  to: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<void> => {
  for (const { name } of (await readdir(from, { withFileTypes: true })).filter(({ name }) => isWanted(name)))
    await cp(join(from, name), join(to, name), { recursive: true }).catch(unlessGone);
  await flushAll(to);
};

const flushAll = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    await flush(join(entry.parentPath, entry.name));
  await flush(folder);
};

/** A name is durable when its folder is. */
export const flush = async (path: string): Promise<void> => {
  await using handle = await open(path, 'r');
  await handle.sync();
};

const unlessGone = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
};
