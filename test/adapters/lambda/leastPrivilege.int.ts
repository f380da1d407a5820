import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Access, actionsOf, type FunctionName, type TableName, topology } from '#adapters/topology.ts';
import { retail } from '#domain/index.ts';
import { changeOf, contact, contactId, order, orderId } from '#test/support/changeEvents.ts';
import { type LambdaAccount, openAccount } from '#test/support/lambdaEntries.ts';
import { contextWith, eventOn, flowEnded, scheduled, sqsEvent } from '#test/support/lambdaEvents.ts';

let account: LambdaAccount;
beforeEach(async () => {
  account = await openAccount({ ...retail, flows: { orders: 'Order' }, fullLoads: [{ flows: ['orders'] }] });
  for (const output of [process.stdout, process.stderr]) vi.spyOn(output, 'write').mockReturnValue(true);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2027, 0, 1) });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await account.stop();
});

/** What was done with each table of the topology meanwhile: every action, once. */
const watched = async (work: () => Promise<unknown>): Promise<Partial<Record<TableName, readonly string[]>>> => {
  const before = account.dynamodb.touches.length;
  await work();
  const touches = Map.groupBy(account.dynamodb.touches.slice(before), ({ table }) => table);
  const tables = Object.keys(topology.tables) as TableName[];
  return Object.fromEntries(
    tables.flatMap((table) => {
      const touched = touches.get(account.database.tableName(table));
      return touched === undefined ? [] : [[table, [...new Set(touched.map(({ action }) => action))].toSorted()]];
    }),
  );
};

/** Actions beyond what is declared, as "table: action". */
const undeclared = (name: FunctionName, did: Partial<Record<TableName, readonly string[]>>): readonly string[] => {
  const declared: Partial<Record<TableName, readonly Access[]>> = topology.functions[name].tables;
  return Object.entries(did).flatMap(([table, actions]) => {
    const allowed = (declared[table as TableName] ?? []).flatMap((access) => actionsOf[access]);
    return actions.filter((action) => !allowed.includes(action)).map((action) => `${table}: ${action}`);
  });
};

/** Levels of access of which nothing but what another level gives was used. */
const unused = (name: FunctionName, did: Partial<Record<TableName, readonly string[]>>): readonly string[] => {
  const declared: Partial<Record<TableName, readonly Access[]>> = topology.functions[name].tables;
  return Object.entries(declared).flatMap(([table, levels]) =>
    levels
      .filter((level) => {
        const beyond = level === 'read' ? [] : actionsOf.read;
        const own = actionsOf[level].filter((action) => !beyond.includes(action));
        return !own.some((action) => did[table as TableName]?.includes(action));
      })
      .map((level) => `${table}: ${level}`),
  );
};

const ingested = async (...bodies: readonly (string | object)[]) =>
  (await account.start('ingest'))(sqsEvent(...bodies), contextWith());
const projected = async () => {
  const records = await account.piped('events');
  return (await account.start('projector'))(records, contextWith());
};
const gap = (id: string) => changeOf('Order', id, {}, { changeType: 'GAP_UPDATE', commitTimestamp: 1_793_700_000_000 });
const voucher = (serial: number) =>
  changeOf('Voucher__c', `a0V${String(serial).padStart(12, '0')}AAA`, {
    ...{ Member__c: contactId(1), Promotion__c: 'a0P000000000001AAA', Title__c: 'Thank you', Status__c: 'Issued' },
    ...{ ValidFrom__c: '2026-01-01', ValidTo__c: '2027-01-03' },
  });
const promotion = (title: string, second = 41) => ({
  ...changeOf('Promotion__c', 'a0P000000000001AAA', { Title__c: title, Active__c: true }),
  LastModifiedDate: `2026-11-02T09:58:${second}.000Z`,
});

/** A member with all that a pass shows, folded. */
const livingMember = async () => {
  await ingested(contact(1), order(1, 1, 750), promotion('Autumn'), voucher(1));
  await projected();
};

describe('what a function does with tables is what is declared for it, neither more nor less:', () => {
  test('ingest', async () => {
    const did = await watched(async () => {
      await ingested(contact(1), order(1, 1), order(2, 3), contact(3), promotion('Autumn'), voucher(1));
      // Another owner, a fault, gaps of a record and of an object, runs, what cannot be read, and all of it again.
      const moved = { ...order(1, 3), LastModifiedDate: '2026-11-02T10:58:41.000Z' };
      const faulty = { ...order(2, 3), TotalAmount: '1.234', LastModifiedDate: '2026-11-02T10:58:41.000Z' };
      const overflow = changeOf('Order', '000000000000000AAA', {}, { changeType: 'GAP_OVERFLOW' });
      const others = [moved, faulty, gap(orderId(1)), overflow, flowEnded, '[]', eventOn('any', {})];
      await ingested(...others);
      await ingested(...others);
    });
    expect(undeclared('ingest', did)).toEqual([]);
    expect(unused('ingest', did)).toEqual([]);
  });

  test('projector', async () => {
    await ingested(contact(1), order(1, 1, 750), promotion('Autumn'), voucher(1));
    const did = await watched(async () => {
      await projected();
      await ingested(contact(1), order(2, 1, 80), promotion('Winter', 51));
      const records = await account.piped('events');
      const handler = await account.start('projector');
      const before = account.dynamodb.touches.length;
      await handler(records.slice(-1), contextWith());
      await handler(records, contextWith());
      expect(account.dynamodb.touches.length).toBeGreaterThan(before);
    });
    // What ingest did in between is not the projector's.
    const { records: _, ...own } = did;
    const events = own.events?.filter((action) => action !== 'PutItem');
    const keys = own.keys?.filter((action) => action !== 'PutItem');
    expect(undeclared('projector', { ...own, ...(events && { events }), ...(keys && { keys }) })).toEqual([]);
    expect(unused('projector', own)).toEqual([]);
  });

  test('announcer', async () => {
    await ingested(contact(1), order(1, 1));
    const records = await account.piped('events');
    const did = await watched(async () => (await account.start('announcer'))(records, contextWith()));
    expect(undeclared('announcer', did)).toEqual([]);
    expect(unused('announcer', did)).toEqual([]);
    expect(account.bus.taken.length).toBeGreaterThan(0);
  });

  test('walletEvent', async () => {
    await livingMember();
    const records = await account.piped('views');
    const did = await watched(async () => (await account.start('walletEvent'))(records, contextWith()));
    expect(did).toEqual({});
  });

  test('clock', async () => {
    account.appFlow.onStart({ body: { executionId: 'run-1', flowStatus: 'Active' } });
    await livingMember();
    const overflow = changeOf('Order', '000000000000000AAA', {}, { changeType: 'GAP_OVERFLOW' });
    // Holders of a definition that changed wait for a sweep, a gap for a load, a load for its comparison, and a day has passed.
    await ingested(promotion('Winter', 51), gap(orderId(1)), overflow, flowEnded);
    await projected();
    vi.setSystemTime(Date.UTC(2027, 0, 5));
    const did = await watched(async () => {
      const handler = await account.start('clock');
      await handler(scheduled, contextWith(300_000));
      await handler(scheduled, contextWith(300_000));
    });
    expect(undeclared('clock', did)).toEqual([]);
    expect(did).toMatchObject({ views: expect.arrayContaining(['PutItem', 'Query']), ops: expect.any(Array) });
    expect(account.appFlow.asked.length).toBeGreaterThan(0);
  });
});
