import * as O from 'fp-ts/lib/Option.js';
import { salesforceId } from '#domain/index.ts';
import type { ByteSource } from './byteSource.ts';
import { lineText, readLines } from './lines.ts';
import type { Part } from './parts.ts';

/** Visits the id of each row of an AppFlow file, or a part of one, that was loaded before, at constant memory. Returns how many rows could be read. */
export const readRowIds = async (source: ByteSource, part: Part, visit: (id: string) => void): Promise<number> => {
  let rows = 0;
  for await (const { lines } of readLines(source, part))
    for (const line of lines) {
      const id = line.type === 'line' ? idIn(lineText(line.bytes)) : O.none;
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
