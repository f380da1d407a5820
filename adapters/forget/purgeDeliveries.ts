import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '#domain/index.ts';
import type { Registrations } from '../delivery/registrations.ts';
import { EVENT } from '../dynamodb/acceptedItem.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { itemsOf, readable } from './scanned.ts';
import type { Search } from './search.ts';

/** kept: devices that have not fetched the void pass: without their registration they never would. */
export type Purged = { readonly devices: number; readonly kept: number; readonly events: number };

/**
 * What the middleware keeps of the member beside the card, which has nothing personal left and stays: older revisions that are relayed late meet it, and change
 * nothing. Registrations go once the device has fetched the void pass, or when it is too late to wait for it.
 */
export const purgeDeliveries = async (
  tables: DynamoDbTables & { readonly registrations: Pick<Registrations, 'ofMember' | 'unregister'> },
  memberId: string,
  revision: number,
  search: Search,
  isTooLate: boolean,
): Promise<E.Either<ReadFailure, Purged>> => {
  const devices = await tables.registrations.ofMember(memberId)();
  if (E.isLeft(devices)) return devices;
  const hasFetched = ({ fetched }: (typeof devices.right)[number]): boolean => (fetched?.revision ?? 0) >= revision;
  const done = devices.right.filter((device) => isTooLate || hasFetched(device));
  for (const device of done) {
    const gone = await tables.registrations.unregister(device)();
    if (E.isLeft(gone)) return gone;
  }
  const events = await TE.tryCatch(() => dropEvents(tables, search), toStoreUnavailable('purge deliveries'))();
  if (E.isLeft(events)) return events;
  return E.right({ devices: done.length, kept: devices.right.length - done.length, events: events.right });
};

/** Events of others that tell of the member, with their deliveries. */
const dropEvents = async ({ dynamodb, tableName }: DynamoDbTables, search: Search): Promise<number> => {
  const table = tableName('deliveries');
  const about = new Set<string>();
  for await (const item of itemsOf(dynamodb, table)) {
    const texts = Object.values(item).flatMap(readable);
    if (item.p?.S?.startsWith(EVENT) && texts.some((text) => search.names(String(Buffer.from(text)))))
      about.add(item.p.S);
  }
  for await (const item of itemsOf(dynamodb, table)) {
    if (item.p?.S === undefined || item.s === undefined || !about.has(item.p.S)) continue;
    await dynamodb.send(new DeleteItemCommand({ TableName: table, Key: { p: item.p, s: item.s } }));
  }
  return about.size;
};
