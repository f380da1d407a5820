import { inflateRawSync } from 'node:zlib';
import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { vi } from 'vitest';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import type { Certificate } from '#adapters/http/answers/forgotten.ts';
import type { Enriched } from '#adapters/lambda/walletEvent.ts';
import { readEvents } from '#adapters/middleware/readEvents.ts';
import { type TableName, topology } from '#adapters/topology.ts';
import { field, type Mapping, onPass, personal, retail } from '#domain/index.ts';
import { forgetDefinition } from '#infra/forgetDefinition.ts';
import { got } from '#test/contract/given.ts';
import { capturePrinted } from '#test/support/printed.ts';
import { type Definition, interpret } from './interpret.ts';
import { type LambdaAccount, openAccount } from './lambdaEntries.ts';
import { contextWith, sqsEvent } from './lambdaEvents.ts';

const objects = retail.objects as Readonly<Record<string, object>>;
/** Something personal of a member, and of what belongs to one. */
const mapping: Mapping = {
  ...retail,
  objects: {
    ...objects,
    Contact: { ...objects.Contact, custom: { nickname: onPass(personal(field('Nickname__c', 'text'))) } },
    Order: { ...objects.Order, custom: { note: personal(field('Note__c', 'text')) } },
  } as unknown as Mapping['objects'],
};

/** As it is deployed. */
export const machine: Definition = forgetDefinition(
  'arn:aws:lambda:eu-west-1:111122223333:function:billfold-forget',
  topology.forgetting.members,
);

/** What the function is asked, before and after it is: what that throws, it throws. */
export type Around = (payload: Readonly<Record<string, unknown>>, work: () => Promise<unknown>) => Promise<unknown>;

/** An account of AWS with what takes part in forgetting: functions as they start there, the machine, a middleware that delivers at once, a clock that waits in no time. */
export const openForgettingAccount = async () => {
  const account = await openAccount(mapping);
  capturePrinted();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 3) });
  const [ingest, projector, walletEvent, forget] = [
    await account.start('ingest'),
    await account.start('projector'),
    await account.start('walletEvent'),
    await account.start('forget'),
  ];
  const { database } = account;
  const deliveries = dynamoDbDeliveryStore({ ...database, clock: Date.now, route: () => [TO] });
  const registrations = dynamoDbRegistrations({ ...database, clock: Date.now });
  const told: unknown[] = [];
  let around: Around = (_, work) => work();

  const fold = async (): Promise<void> => {
    await projector(await account.piped('events'), contextWith());
  };
  /** From LIVE to the destination. */
  const deliver = async (): Promise<void> => {
    const shown = (await account.piped('views')).filter(({ dynamodb }) => dynamodb.NewImage?.changed !== undefined);
    const enriched = (await walletEvent(shown, contextWith())) as readonly Enriched[];
    for (const { detailType, detail } of enriched) await accept('billfold.wallet', detailType, detail);
    for (const { detail } of enriched) {
      const { memberId } = detail.metadata;
      const claim = await got(deliveries.claim({ subject: { type: 'member', memberId }, destination: TO }, 1_000));
      if (O.isNone(claim)) continue;
      const { wanted } = claim.value.delivery;
      const settlement = { verdict: { type: 'Delivered' }, revision: wanted, steps: [], progress: null } as const;
      await got(deliveries.settle(claim.value, settlement));
    }
  };
  const accept = async (source: string, type: string, detail: object): Promise<void> => {
    const read = readEvents(JSON.stringify({ id: crypto.randomUUID(), source, 'detail-type': type, detail }));
    const events = E.isRight(read) ? read.right.flatMap((event) => (E.isRight(event) ? [event.right] : [])) : [];
    await got(async () => E.right(await deliveries.accept(events)));
  };
  const wait = async (seconds: number): Promise<void> => {
    vi.setSystemTime(Date.now() + seconds * 1_000);
    if (seconds === topology.forgetting.members.onTheWaySeconds) {
      await fold();
      await deliver();
    }
  };
  const invoke = async (payload: unknown): Promise<unknown> => {
    const answer = await around(payload as Record<string, unknown>, () => forget(payload, contextWith(900_000)));
    told.push(payload, answer);
    return answer;
  };

  return {
    ...{ account, deliveries, registrations, fold, deliver, accept, invoke, wait },
    /** All that passed between the steps, and so is in the history of an execution. */
    told,
    around: (next: Around): void => {
      around = next;
    },
    say: async (...bodies: readonly (string | object)[]): Promise<void> => {
      await ingest(sqsEvent(...bodies), contextWith());
      await fold();
      await deliver();
    },
    run: (input: object): Promise<unknown> => interpret(machine, { invoke, wait })(input, {}),
    forget: async (memberId: string): Promise<Omit<Certificate, 'notCovered'>> =>
      (await interpret(machine, { invoke, wait })({ memberId }, {})) as Omit<Certificate, 'notCovered'>,
    itemsOf: (table: TableName) => itemsOf(database, table),
    holding: (text: string): Promise<readonly string[]> => holding(database, text),
    stop: async (): Promise<void> => {
      vi.useRealTimers();
      vi.restoreAllMocks();
      await account.stop();
    },
  };
};
export type ForgettingAccount = Awaited<ReturnType<typeof openForgettingAccount>>;

const TO = 'apple';

type Database = Pick<LambdaAccount['database'], 'dynamodb' | 'tableName'>;

const itemsOf = async (
  { dynamodb, tableName }: Database,
  table: TableName,
): Promise<readonly Readonly<Record<string, AttributeValue>>[]> => {
  const items = [];
  for await (const page of paginateScan({ client: dynamodb }, { TableName: tableName(table) }))
    items.push(...(page.Items ?? []));
  return items;
};

/** Items with that text in them, inflated where that can be: as "table: partition". */
const holding = async (database: Database, text: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const table of Object.keys(topology.tables) as TableName[])
    for (const item of await itemsOf(database, table))
      if (clearOf(item).includes(text)) found.push(`${table}: ${item.p?.S}`);
  return found;
};

const clearOf = (item: Readonly<Record<string, AttributeValue>>): string =>
  Object.values(item)
    .flatMap(({ S, B }) => [S ?? '', B === undefined ? '' : `${Buffer.from(B)} ${inflated(B)}`])
    .join(' ');

const inflated = (bytes: Uint8Array): string => {
  try {
    return String(inflateRawSync(bytes));
  } catch {
    return '';
  }
};
