import type { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import type { Usage } from '#adapters/dynamodb/client.ts';
import type { ItemImage } from '#adapters/dynamodb/item.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { ingestHandler } from '#adapters/lambda/ingest.ts';
import { projectorHandler } from '#adapters/lambda/projector.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { connectServices, type Services } from '#adapters/services.ts';
import { foldMember, type MemberEvent, memberStream, retail } from '#domain/index.ts';
import { benchMemberId, writeHistories } from './history.ts';
import { memberEvents } from './memberEvents.ts';
import { EXTRACTION } from './rows.ts';
import type { BenchServer } from './server.ts';

/** Members of so many events each, the last of which is the order that changes; as they arrive: through the functions' own handlers. */
export type ChangedMembers = {
  /** So many changes, one message each, member after member. */
  readonly ingest: (changes: number) => Promise<void>;
  /** Folds what was ingested since. */
  readonly project: () => Promise<void>;
  /** Of one change, each by itself. */
  readonly usage: () => Promise<{ readonly ingest: Usage; readonly project: Usage }>;
};

/** What lies before: count - 1 events, an event a commit. */
export const historyBefore = (member: number, count: number): readonly MemberEvent[] =>
  count <= 1 ? [] : memberEvents(member, count - 1);

export const changedMembers = async (server: BenchServer, members: number, count: number): Promise<ChangedMembers> => {
  const { dynamodb, meter } = server.connect();
  const { prefix, tableName } = await server.freshTables();
  const clock = () => EXTRACTION.at;
  const services = connectServices({ dynamodb, prefix, keys: memoryKeys(), clock, mapping: retail });
  const written: ItemImage[] = [];
  dynamodb.middlewareStack.add(
    (next) => (args) => {
      written.push(...putsIn(args.input, tableName('events')));
      return next(args);
    },
    { step: 'initialize', name: 'captureCommits' },
  );

  if (count > 1)
    await writeHistories(
      services.records,
      members,
      (member) => historyBefore(member, count).map((event) => [event]),
      EXTRACTION.at - 1_000,
    );
  const receive = receiver(services);
  for (let member = 0; member < members; member++) await receive(orderMessage(member, 0));
  written.length = 0;
  await foldAll(services, members, count);

  let serial = 0;
  const ingest: ChangedMembers['ingest'] = async (changes) => {
    for (let change = 0; change < changes; change++, serial++)
      await receive(orderMessage(serial % members, 1 + Math.floor(serial / members)));
  };
  const handle = projectorHandler({
    ...{ ...services.project, readCommit: services.readCommit, onCatalogChanged: () => undefined },
    onFailure: (where, reason) => {
      throw new Error(`${where}: ${reason}`);
    },
  });
  const project = async (): Promise<void> => {
    for (const image of written.splice(0)) await handle([{ eventID: 'bench', dynamodb: { NewImage: image } }]);
  };
  const metered = async (act: () => Promise<void>): Promise<Usage> => {
    meter.reset();
    await act();
    return meter.read();
  };
  return {
    ingest,
    project,
    usage: async () => ({ ingest: await metered(() => ingest(1)), project: await metered(project) }),
  };
};

/** Without heads of streams that this process learnt before: every change is of a member that it does not know. */
const receiver = ({ ingest: { heads: _, ...ingest }, quarantine, stale, runs }: Services) => {
  const handle = ingestHandler({ ...ingest, quarantine, stale, runs });
  return async (body: string): Promise<void> => {
    const { batchItemFailures } = await handle({ Records: [{ messageId: 'bench', body }] });
    if (batchItemFailures.length > 0) throw new Error('a change was not ingested');
  };
};

export const orderOf = (member: number): string => salesforceId('Order', 90_000_000 + member);

/** The nth change of a member's order, as AppFlow puts it on the bus; the 0th creates it. */
const orderMessage = (member: number, nth: number): string => {
  const at = new Date(Date.UTC(2026, 5, 1) + nth * 60_000);
  const changed = { TotalAmount: amountOf(nth), LastModifiedDate: at.toISOString() };
  const created = {
    ...{ OrderNumber: String(member), EffectiveDate: '2026-05-30', Status: 'Activated', CurrencyIsoCode: 'EUR' },
    ...{ IsReductionOrder: false, BillToContactId: benchMemberId(member) },
  };
  const header = {
    ...{ entityName: 'Order', recordIds: [orderOf(member)], changeType: nth === 0 ? 'CREATE' : 'UPDATE' },
    ...{ changeOrigin: '', transactionKey: '0000a1b2-c3d4', sequenceNumber: 1, commitUser: '0056g000003XW7AAAW' },
    ...{ commitTimestamp: at.getTime(), commitNumber: 1_100_638_524_517 + nth },
    changedFields: nth === 0 ? [] : Object.keys(changed),
  };
  return JSON.stringify({
    ...{ version: '0', id: `${member}-${nth}`, 'detail-type': 'Order', source: 'aws.partner/appflow', time: at },
    detail: { ChangeEventHeader: header, ...changed, ...(nth === 0 && created) },
  });
};

/** In whole and half euros, never the same twice in a row. */
export const amountOf = (nth: number): number => 20 + (nth % 400) / 2;

const foldAll = async ({ project }: Services, members: number, count: number): Promise<void> => {
  for (let member = 0; member < members; member++) {
    const memberId = benchMemberId(member);
    const cause = { lane: 'live', causationId: `${memberStream(memberId)}@1`, correlationId: 'bench' } as const;
    const folded = await foldMember(project)({ memberId, toVersion: count, images: [], cause })();
    if (E.isLeft(folded)) throw new Error(folded.left.type);
  }
};

const putsIn = (input: object, table: string): readonly ItemImage[] => {
  const puts =
    'TransactItems' in input
      ? (input as TransactWriteItemsCommand['input']).TransactItems
      : [{ Put: input as PutItemCommand['input'] }];
  return (puts ?? []).flatMap(({ Put }) => (Put?.TableName === table && Put.Item !== undefined ? [Put.Item] : []));
};
