import type { FileHandle } from 'node:fs/promises';
import * as O from 'fp-ts/lib/Option.js';
import { salesforceId } from '#domain/index.ts';
import { readLines } from './lines.ts';

/** Visits the id of each row of an AppFlow file that was loaded before, at constant memory. Returns how many rows could be read. */
export const readRowIds = async (handle: FileHandle, visit: (id: string) => void): Promise<number> => {
  let rows = 0;
  for await (const { lines } of readLines(handle))
    for (const line of lines) {
      const id = line.type === 'line' ? idIn(line.text) : O.none;
      if (O.isNone(id)) continue;
      rows += 1;
      visit(id.value);
    }
  return rows;
};

const idIn = (line: string): O.Option<string> => {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && 'Id' in row && typeof row.Id === 'string'
      ? salesforceId(row.Id.trim())
      : O.none;
  } catch {
    return O.none;
  }
};
