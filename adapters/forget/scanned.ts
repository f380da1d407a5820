import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../topology.ts';
import type { Hits, Search, Unit } from './search.ts';

/** What was looked at in one place, and what was found there. where: of what was found, the first few. */
export type Scanned = {
  readonly store: string;
  readonly items: number;
  readonly bytes: number;
  readonly found: number;
  /** The same text, where nothing names the member. */
  readonly alike: number;
  readonly where: readonly string[];
};

const MAX_WHERE = 10;
const UNSAYABLE = 'a place that is itself named so';

export const tally = (store: string) => {
  const counts = { items: 0, bytes: 0, found: 0, alike: 0 };
  const where: string[] = [];
  /** What is told of it holds nothing personal, whatever a thing is named. */
  const note = (search: Search, place: string): void => {
    if (where.length < MAX_WHERE) where.push(search.inUnit(place) === null ? place : UNSAYABLE);
  };
  return {
    /** units: all that can be read of one thing. */
    look: (search: Search, place: string, units: readonly Unit[]): void => {
      counts.items += 1;
      for (const unit of units) counts.bytes += typeof unit === 'string' ? Buffer.byteLength(unit) : unit.length;
      // One attribute holds the value, another the id: the thing as a whole names the member.
      const isNamed = [...units, place].some(search.names);
      if (!isNamed && search.onlyNamed) return;
      if (units.every((unit) => search.inUnit(unit) === null)) return;
      if (!isNamed) counts.alike += 1;
      else {
        counts.found += 1;
        note(search, place);
      }
    },
    bytes: (search: Search, place: string, bytes: Buffer, { found, alike }: Hits): void => {
      counts.items += 1;
      counts.bytes += bytes.length;
      counts.found += found;
      counts.alike += alike;
      if (found > 0) note(search, place);
    },
    told: (): Scanned => ({ store, ...counts, where: [...where] }),
  };
};

/** The tables in which anything may be that is personal. */
export const LOOKED_AT = ['records', 'events', 'views', 'ops', 'deliveries'] as const satisfies readonly TableName[];

/** Every item of a table. Of bytes also what they hold deflated; what is sealed stays closed. */
export const scanTable = async (
  dynamodb: DynamoDBClient,
  tableName: string,
  search: Search,
  storeOf: (partition: string) => string,
): Promise<readonly Scanned[]> => {
  const tallies = new Map<string, ReturnType<typeof tally>>();
  for await (const item of itemsOf(dynamodb, tableName)) {
    const partition = item.p?.S ?? '';
    const store = storeOf(partition);
    const counted = tallies.get(store) ?? tally(store);
    tallies.set(store, counted);
    counted.look(search, placeOf(item), unitsOf(item));
  }
  return [...tallies.values()].map(({ told }) => told());
};

type Stored = Readonly<Record<string, AttributeValue>>;

/** part: of the table, where others read the rest. */
export async function* itemsOf(
  dynamodb: DynamoDBClient,
  tableName: string,
  part?: { readonly segment: number; readonly of: number },
): AsyncGenerator<Stored> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        ...{ TableName: tableName, ConsistentRead: true },
        ...(part && { Segment: part.segment, TotalSegments: part.of }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

export const placeOf = ({ p, s, v }: Stored): string =>
  [p?.S, s?.S ?? v?.N].filter((part) => part !== undefined).join(' ');

/** All that can be read of an item. */
export const unitsOf = (item: Stored): readonly Unit[] => Object.values(item).flatMap(readable);

const readable = ({ S, N, B }: AttributeValue): readonly Unit[] => {
  if (S !== undefined) return [S];
  if (N !== undefined) return [N];
  return B === undefined ? [] : [B, ...unpacked(B)];
};

/** Cut off, it is read as far as it goes. */
const unpacked = (bytes: Uint8Array): readonly Uint8Array[] => {
  for (const unpack of [inflateRawSync, inflateSync, gunzipSync])
    try {
      return [unpack(bytes, { finishFlush: constants.Z_SYNC_FLUSH })];
    } catch {
      // Not packed so.
    }
  return [];
};
