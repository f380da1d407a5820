import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '#domain/index.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { quarantined } from '../forget/dropQuarantined.ts';
import { LOOKED_AT, type Scanned, scanTable, tally } from '../forget/scanned.ts';
import type { ByteSearch } from '../forget/search.ts';
import type { Services } from '../services.ts';
import { unpackedFile } from '../source/blankRows.ts';
import { filesUnder } from './filesUnder.ts';

export type LookDeps = DynamoDbTables & {
  readonly services: Pick<Services, 'quarantine'>;
  readonly dataDir: string;
  readonly localTableName: string;
};

/** Every item of every table, what is sealed in quarantine opened, and every byte of the data folder. */
export const lookAtAll = async (
  deps: LookDeps,
  search: ByteSearch,
): Promise<E.Either<ReadFailure, readonly Scanned[]>> => {
  const texts = tally('quarantine');
  for await (const item of quarantined(deps.services.quarantine)) {
    if (E.isLeft(item)) return item;
    texts.look(search, item.right.id, [item.right.content ?? '', item.right.reason, item.right.path]);
  }
  return TE.tryCatch(async () => {
    const { dynamodb, tableName, localTableName } = deps;
    const ofTables = [];
    for (const table of LOOKED_AT) ofTables.push(...(await scanTable(dynamodb, tableName(table), search, () => table)));
    const ofLocal = await scanTable(dynamodb, localTableName, search, (p) =>
      p.includes('#bus#') ? 'journals' : 'queues',
    );
    return [...ofTables, ...ofLocal, texts.told(), ...(await lookAtFiles(deps, search))];
  }, toStoreUnavailable('look at all that is stored'))();
};

const lookAtFiles = async ({ dataDir }: LookDeps, search: ByteSearch): Promise<readonly Scanned[]> => {
  const tallies = { keys: tally('keys'), files: tally('files'), logs: tally('logs'), database: tally('database') };
  for (const path of await filesUnder(dataDir)) {
    const name = relative(dataDir, path);
    // It may be gone by now.
    const read = await readFile(path).catch(() => null);
    if (read === null) continue;
    const bytes = unpackedFile(read) ?? read;
    tallies[kindOf(name)].bytes(search, name, bytes, isOfRows(name) ? search.inRows(bytes) : search.inBytes(bytes));
  }
  return Object.values(tallies).map(({ told }) => told());
};

const kindOf = (name: string): 'keys' | 'logs' | 'database' | 'files' => {
  if (name.startsWith('keys.jsonl')) return 'keys';
  if (name.startsWith('billfold.db')) return 'database';
  return name.endsWith('.log') ? 'logs' : 'files';
};

/** In a file of many members, somebody of the same name is never far. */
const isOfRows = (name: string): boolean => /^(?:done|inbox)[\\/]/.test(name);
