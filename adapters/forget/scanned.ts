import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Search } from './search.ts';

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

export const tally = (store: string) => {
  const counts = { items: 0, bytes: 0, found: 0, alike: 0 };
  const where: string[] = [];
  return {
    /** units: all that can be read of one thing. */
    look: (search: Search, place: string, units: readonly (Uint8Array | string)[]): void => {
      counts.items += 1;
      const hits = units.map((unit) => {
        counts.bytes += typeof unit === 'string' ? Buffer.byteLength(unit) : unit.length;
        return search.inUnit(unit);
      });
      // One attribute holds the value, another the id: the thing as a whole names the member.
      const isNamed = units.some((unit) =>
        search.names(typeof unit === 'string' ? unit : Buffer.from(unit).toString('latin1')),
      );
      if (hits.every((hit) => hit === null)) return;
      if (!isNamed && !search.names(place)) counts.alike += 1;
      else {
        counts.found += 1;
        if (where.length < MAX_WHERE) where.push(place);
      }
    },
    bytes: (search: Search, place: string, bytes: Buffer): void => {
      const { found, alike } = search.inBytes(bytes);
      counts.items += 1;
      counts.bytes += bytes.length;
      counts.found += found;
      counts.alike += alike;
      if (found > 0 && where.length < MAX_WHERE) where.push(place);
    },
    told: (): Scanned => ({ store, ...counts, where: [...where] }),
  };
};

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
    counted.look(search, placeOf(item), Object.values(item).flatMap(readable));
  }
  return [...tallies.values()].map(({ told }) => told());
};

export async function* itemsOf(
  dynamodb: DynamoDBClient,
  tableName: string,
): AsyncGenerator<Readonly<Record<string, AttributeValue>>> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

const placeOf = ({ p, s, v }: Readonly<Record<string, AttributeValue>>): string =>
  [p?.S, s?.S ?? v?.N].filter((part) => part !== undefined).join(' ');

export const readable = ({ S, N, B }: AttributeValue): readonly (Uint8Array | string)[] => {
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
