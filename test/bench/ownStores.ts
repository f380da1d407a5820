import { type DynamoDBClient, PutItemCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { type Meter, meterOn } from '#adapters/dynamodb/client.ts';
import { dynamoDbEventStore } from '#adapters/dynamodb/eventStore.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { emptyHead, type Head, lastVersion, type MemberEvent, memberStream } from '#domain/index.ts';
import { type Known, know } from './known.ts';
import type { Peer } from './peer.ts';
import { type BenchServer, inFlight } from './server.ts';

/** meter: counts from now on, once; null where nothing is asked of DynamoDB. */
export type MeteredStore = Omit<Peer, 'client'> & { readonly meter: () => Meter | null };

/** The least that is an event store: a conditional PutItem of the events as JSON, a consistent Query, the SDK as it comes. */
export const bareStore = async (server: BenchServer): Promise<MeteredStore> => {
  const client = server.connectPlainly();
  const TableName = (await server.freshTables()).tableName('events');
  const append: Peer['append'] = async (stream, version, events) => {
    await client.send(
      new PutItemCommand({
        TableName,
        Item: { p: { S: stream }, v: { N: String(version + 1) }, e: { S: JSON.stringify(events) } },
        ConditionExpression: 'attribute_not_exists(v)',
      }),
    );
  };
  return {
    name: 'PutItem and Query, SDK as it comes',
    meter: () => meterOn(client),
    append,
    prepare: (stream, events) =>
      inFlight(
        events.map((event, version) => ({ event, version })),
        4,
        ({ event, version }) => append(stream, version, [event]),
      ),
    load: async (stream) => {
      const known: Known = new Map();
      let version = 0;
      for await (const text of textsOf(client, TableName, stream)) {
        const events: readonly MemberEvent[] = JSON.parse(text);
        for (const event of events) know(known, event);
        version += events.length;
      }
      return { version, known };
    },
  };
};

async function* textsOf(client: DynamoDBClient, TableName: string, stream: string) {
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'p = :p',
        ExpressionAttributeValues: { ':p': { S: stream } },
        ConsistentRead: true,
        ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
      }),
    );
    for (const item of page.Items ?? []) yield item.e?.S ?? '[]';
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

/** billfold's event store. eventsOfACommit: how many arrived together, of what lies there before. */
export const billfoldStore = async (server: BenchServer, eventsOfACommit: number): Promise<MeteredStore> => {
  const { dynamodb, meter } = server.connect();
  const { tableName } = await server.freshTables();
  const store = dynamoDbEventStore({ dynamodb, tableName, keys: memoryKeys() });
  const heads = new Map<string, Head>();
  const append: Peer['append'] = async (stream, _, events) => {
    const head = heads.get(stream) ?? emptyHead(memberStream(stream));
    const origin = { type: 'event', eventId: 'bench' } as const;
    const appended = await store.append({ head, events, recordedAt: RECORDED_AT, origin, lane: 'live' })();
    if (E.isLeft(appended)) throw new Error(appended.left.type);
    heads.set(stream, appended.right);
  };
  return {
    name: eventsOfACommit === 1 ? 'billfold' : `billfold, ${eventsOfACommit} events a commit`,
    meter: () => meter,
    append,
    prepare: async (stream, events) => {
      for (let from = 0; from < events.length; from += eventsOfACommit)
        await append(stream, from, events.slice(from, from + eventsOfACommit));
    },
    load: async (stream) => {
      const commits = await store.load(memberStream(stream))();
      if (E.isLeft(commits)) throw new Error(commits.left.type);
      const known: Known = new Map();
      for (const { events } of commits.right) for (const event of events) know(known, event as MemberEvent);
      return { version: Math.max(0, ...commits.right.slice(-1).map(lastVersion)), known };
    },
  };
};

const RECORDED_AT = Date.UTC(2026, 6, 1);
