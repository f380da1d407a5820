import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { type RowIds, runKey } from '#domain/index.ts';
import { type OpenFile, openFile } from '../source/byteSource.ts';
import { wholeOf } from '../source/parts.ts';
import { readRowIds } from '../source/readRowIds.ts';

/**
 * The ids of a run's rows, read again from done/ or, in the moment before a loaded file is moved there, from inbox/. A file that does not hold
 * as many rows as were loaded is not the file that was loaded.
 */
export const rowIds =
  ({ dataDir }: { readonly dataDir: string }): RowIds =>
  (runs, visit) =>
  async () => {
    for (const run of runs)
      for (const [file, { loaded }] of run.files) {
        const name = `${runKey(run.ref)}/${file}`;
        const rows = await readFile(dataDir, name, visit);
        if (rows !== (loaded?.rows ?? 0))
          return E.left({
            type: 'FilesUnreadable',
            reason: `${name}: expected ${loaded?.rows ?? 0} rows, found ${rows ?? 'no file'}`,
          });
      }
    return E.right(undefined);
  };

/** null: it is not there. */
const readFile = async (dataDir: string, name: string, visit: (id: string) => void) => {
  // Looked for twice in done/: it may move there in between.
  for (const folder of ['done', 'inbox', 'done']) {
    const file = await openFile(join(dataDir, folder, name)).catch(() => null);
    if (file !== null) return readAndClose(file, visit);
  }
  return null;
};

const readAndClose = async (file: OpenFile, visit: (id: string) => void): Promise<number> => {
  try {
    return await readRowIds(file, await wholeOf(file), visit);
  } finally {
    await file.close();
  }
};
