import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { type EventDetail, EventStore, type EventType, type GroupedEvent } from '@castore/core';
import {
  DynamoDBSingleTableEventStorageAdapter,
  EVENT_TABLE_EVENT_STORE_ID_KEY,
  EVENT_TABLE_INITIAL_EVENT_INDEX_NAME,
  EVENT_TABLE_PK,
  EVENT_TABLE_SK,
  EVENT_TABLE_TIMESTAMP_KEY,
} from '@castore/event-storage-adapter-dynamodb';
import { type Known, know } from '../known.ts';
import type { ConnectPeer, Peer } from '../peer.ts';
import { connectClient, createTable } from './client.ts';

type Events = Parameters<Peer['append']>[2];
type Member = { readonly aggregateId: string; readonly version: number; readonly known: Known };

const EVENT_STORE_ID = 'MEMBERS';

/** Castore over its adapter for one table: an event an item; several at once are an event group, in a transaction. */
export const connect: ConnectPeer = async (endpoint) => {
  const client = connectClient(endpoint);
  const tableName = `castore-${randomUUID().slice(0, 8)}`;
  await createTable(
    client,
    tableName,
    { hash: EVENT_TABLE_PK, range: EVENT_TABLE_SK, rangeType: 'N' },
    {
      ...{ name: EVENT_TABLE_INITIAL_EVENT_INDEX_NAME, projection: 'KEYS_ONLY' },
      ...{ hash: EVENT_TABLE_EVENT_STORE_ID_KEY, range: EVENT_TABLE_TIMESTAMP_KEY, rangeType: 'S' },
    },
  );
  const adapter = new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: client });
  const store = new EventStore({
    ...{ eventStoreId: EVENT_STORE_ID, eventTypes: [] as EventType[], eventStorageAdapter: adapter },
    reducer: (member: Member | undefined, { aggregateId, version, type, payload }: EventDetail): Member => ({
      ...{ aggregateId, version },
      known: know(member?.known ?? new Map(), { type, ...(payload as object) } as Events[number]),
    }),
  });

  return {
    name: 'Castore',
    client,
    prepare: async (stream, events) => {
      const details = detailsOf(stream, 0, events).map((event) => ({ timestamp: new Date().toISOString(), ...event }));
      for (let from = 0; from < details.length; from += 25) {
        const puts = details.slice(from, from + 25).map((event) => ({
          PutRequest: { Item: adapter.getPushEventInput(event, { eventStoreId: EVENT_STORE_ID }).Item },
        }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: puts } }));
      }
    },
    append: async (stream, version, events) => {
      const [first, ...others] = detailsOf(stream, version, events);
      if (first === undefined) return;
      if (others.length === 0) await store.pushEvent(first);
      else await pushGroup(...[first, ...others].map((event) => store.groupEvent(event)));
    },
    load: async (stream) => {
      const { aggregate } = await store.getExistingAggregate(stream);
      return aggregate;
    },
  };
};

/** Its own type is of tuples. */
const pushGroup = EventStore.pushEventGroup as (...events: readonly GroupedEvent[]) => Promise<unknown>;

const detailsOf = (aggregateId: string, version: number, events: Events) =>
  events.map(({ type, ...payload }, index) => ({ aggregateId, version: version + index + 1, type, payload }));
