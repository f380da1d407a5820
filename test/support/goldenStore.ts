import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { startDynoxide } from '#adapters/local/dynoxide.ts';
import { localTables } from '#adapters/local/localTable.ts';
import { physicalName, topology } from '#adapters/topology.ts';
import type { Pass } from '#domain/index.ts';
import { freePort } from '#test/support/ports.ts';
import { fromLine, itemsOf, putItems, type StoreItem, toLine } from './storeItems.ts';
import type { ExpectedPass } from './truth.ts';
import type { WireItem } from './wire.ts';

/** A whole store as a version left it, and what has to come of it. */
export type GoldenStore = {
  /** "event 2": the formats that this version reads, as golden files show. */
  readonly reads: readonly string[];
  /** The clock of whoever wrote it. */
  readonly at: number;
  /** As answered then. */
  readonly passes: Readonly<Record<string, KeptPass>>;
  /** What the org said afterwards. */
  readonly rest: readonly WireItem[];
  /** The passes when all of that was heard; null: provisional. */
  readonly truth: Readonly<Record<string, ExpectedPass | null>>;
  /** The file of data keys. */
  readonly keys: string;
  /** By table: those of the topology, and what a laptop has beside them. */
  readonly items: Readonly<Record<string, readonly StoreItem[]>>;
};

export type KeptPass = { readonly revision: number; readonly asOfVersion: number; readonly pass: Pass };

const folder = join(import.meta.dirname, '../golden/stores');
const ENDING = '.jsonl.gz';
export const storePath = (version: string): string => join(folder, `${version}${ENDING}`);
export const hasStore = (version: string): boolean => existsSync(storePath(version));

/** Versions that have one, the newest last. */
export const storedVersions = (): readonly string[] =>
  readdirSync(folder)
    .map((name) => name.slice(0, -ENDING.length))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** What the last version that was kept could do. */
export const newestStore = (): Pick<GoldenStore, 'reads'> & { readonly version: string } => {
  const version = storedVersions().at(-1) ?? '';
  return { version, reads: readGoldenStore(version).reads };
};

const tables = { ...topology.tables, ...localTables };
export const tableNames = Object.keys(tables);

export const writeGoldenStore = (version: string, { items, ...said }: GoldenStore): void => {
  const lines = Object.entries(items).flatMap(([table, all]) => all.map((item) => toLine(table, item)));
  writeFileSync(storePath(version), gzipSync([JSON.stringify(said), ...lines].join('\n'), { level: 9 }));
};

export const readGoldenStore = (version: string): GoldenStore => {
  const [said = '', ...lines] = gunzipSync(readFileSync(storePath(version)))
    .toString('utf8')
    .split('\n');
  const items = Object.groupBy(lines.map(fromLine), ({ table }) => table);
  return {
    ...JSON.parse(said),
    items: Object.fromEntries(Object.entries(items).map(([table, all = []]) => [table, all.map(({ item }) => item)])),
  };
};

/** What lies in the data folder that nobody works in. */
export const itemsInFolder = (folder: string): Promise<GoldenStore['items']> =>
  overStore(folder, async (dynamodb) => {
    const read = tableNames.map(
      async (table) => [table, await itemsOf(dynamodb, physicalName(topology.prefix, table))] as const,
    );
    return Object.fromEntries(await Promise.all(read));
  });

/** Makes an empty folder into that store: tables by today's declarations, items and keys as they were kept. */
export const restoreGoldenStore = async (folder: string, { items, keys }: GoldenStore): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, 'keys.jsonl'), keys, { mode: 0o600 });
  await overStore(folder, async (dynamodb) => {
    await createTables({ dynamodb })(topology.prefix, tables);
    for (const [table, all] of Object.entries(items))
      await putItems(dynamodb, physicalName(topology.prefix, table), all);
  });
};

/** Its DynamoDB API, for as long as the work takes. */
export const overStore = async <Result>(
  folder: string,
  work: (dynamodb: DynamoDBClient) => Promise<Result>,
): Promise<Result> => {
  const started = await startDynoxide({
    ...{ port: await freePort(), dbFile: join(folder, 'billfold.db'), environment: {} },
  })();
  if (E.isLeft(started)) throw new Error(started.left.message);
  const { dynamodb } = connectDynamoDb({
    ...{ endpoint: started.right.endpoint, region: 'local' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    return await work(dynamodb);
  } finally {
    dynamodb.destroy();
    await started.right.stop();
  }
};
