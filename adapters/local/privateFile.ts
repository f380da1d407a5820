import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

/** JSON of a file that only its owner may read; null: there is none. Throws where it holds something else. */
export const readPrivate = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    // The parser's own words quote the text.
    if (error instanceof SyntaxError) throw new Error(`${path}: expected JSON`);
    throw error;
  }
};

/** Whole or not at all: whoever reads meanwhile reads the one before. */
export const writePrivate = async (path: string, value: unknown): Promise<void> => {
  const beside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, path);
};
