import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import * as O from 'fp-ts/lib/Option.js';
import { fieldsRead, isJsonObject, type Mapping, meaningOf, salesforceId } from '#domain/index.ts';

/** What of a row says which record, and when: enough to be counted among the rows of its run, and to be merged as what is known already. */
const AUDIT = ['Id', 'IsDeleted', 'LastModifiedDate', 'SystemModstamp', 'CreatedDate'];

/**
 * Rows that tell of members who are forgotten, without what is personal, each as long as it was: so the file's lines stay where quarantine says they are, and as
 * many as its run counted. A row of the member keeps what says which record it is and when; a row of what belongs to the member what the mapping reads that is
 * not personal. Fields that nobody maps go, since nobody says what they hold.
 */
export const blankRows = (
  mapping: Mapping,
  object: string,
  text: Buffer,
  isForgotten: (id: string) => boolean,
): { readonly text: Buffer; readonly rows: number } => {
  let rows = 0;
  const blanked = Buffer.from(text);
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf(0x0a, from);
    const to = feed < 0 ? text.length : feed;
    const line = blankLine(mapping, object, text.toString('utf8', from, to), isForgotten);
    if (line !== null) {
      blanked.fill(0x20, from, to);
      blanked.write(line, from, to - from, 'utf8');
      rows += 1;
    }
    from = to + 1;
  }
  return { text: blanked, rows };
};

/** null: it stays as it is. */
const blankLine = (
  mapping: Mapping,
  object: string,
  line: string,
  isForgotten: (id: string) => boolean,
): string | null => {
  if (!idsIn(line).some(isForgotten)) return null;
  const row = exactRow(line);
  // What cannot be read may say anything.
  if (row === null) return '{}';
  const meaning = meaningOf(mapping, object);
  const isAbout = (name: string): boolean => idsIn(String(row[name])).some(isForgotten);
  // It only names the member, as a merged contact names the one that is left.
  if (meaning !== undefined && !isAbout('owner' in meaning ? meaning.owner : 'Id')) return null;
  const kept =
    meaning === undefined || meaning.role === 'member'
      ? []
      : fieldsRead(meaning)
          .filter(({ isPersonal }) => !isPersonal)
          .map(({ field }) => field);
  const wanted = new Set([...AUDIT, ...kept]);
  const left = JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name))));
  return Buffer.byteLength(left) <= Buffer.byteLength(line) ? left : '{}';
};

/** Numbers stay as they are written. null: no JSON object. */
const exactRow = (line: string): Readonly<Record<string, unknown>> | null => {
  try {
    const row: unknown = JSON.parse(line, asWritten);
    return isJsonObject(row) ? row : null;
  } catch {
    return null;
  }
};

const asWritten = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value;

/** Of Node, and not yet of TypeScript's library. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** Everything in a text that can be a record's id, in 18 characters. */
export const idsIn = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/(?<![A-Za-z0-9])[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])/g)].flatMap(
      ([id]) => O.toNullable(salesforceId(id)) ?? [],
    ),
  ),
];

/** The file with its rows blanked, in its place and of its age; untouched where it tells of none of them. How many rows. */
export const blankFile = async (
  mapping: Mapping,
  object: string,
  path: string,
  isForgotten: (id: string) => boolean,
): Promise<number> => {
  const stored = await readFile(path);
  const unpacked = unpackedFile(stored);
  const text = unpacked ?? stored;
  const { text: blanked, rows } = blankRows(mapping, object, text, isForgotten);
  if (rows === 0) return 0;
  const { atime, mtime } = await stat(path);
  const beside = join(dirname(path), `.${basename(path)}.tmp`);
  await writeFile(beside, unpacked === null ? blanked : gzipSync(blanked));
  await utimes(beside, atime, mtime);
  await rename(beside, path);
  return rows;
};

/** null: it is not packed. A damaged one is read as far as it goes, as everybody reads it. */
export const unpackedFile = (bytes: Buffer): Buffer | null =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : null;
