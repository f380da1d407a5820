import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file below a folder, hidden ones too; none where there is no such folder. */
export const filesUnder = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
