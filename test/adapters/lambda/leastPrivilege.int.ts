import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cardKey } from '#adapters/dynamodb/cardItem.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import { environmentOf } from '#adapters/lambda/environment.ts';
import { connectServices } from '#adapters/services.ts';
import { type Access, actionsOf, type FunctionName, type TableName, topology } from '#adapters/topology.ts';
import { buryAbsent, noAudit, type RowIds, retail } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { changeOf, contact, contactId, order, orderId } from '#test/support/changeEvents.ts';
import { machine } from '#test/support/forgettingOnAws.ts';
import { interpret } from '#test/support/interpret.ts';
import { type LambdaAccount, openAccount } from '#test/support/lambdaEntries.ts';
import { contextWith, eventOn, flowEnded, scheduled, sqsEvent } from '#test/support/lambdaEvents.ts';
import { capturePrinted } from '#test/support/printed.ts';
import type { Touch } from '#test/support/watchedDynamodb.ts';

let account: LambdaAccount;
beforeEach(async () => {
  account = await openAccount({ ...retail, flows: { orders: 'Order' }, fullLoads: ['Contact'] });
  capturePrinted();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2027, 0, 1) });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await account.stop();
});

type Did = Partial<Record<TableName, readonly string[]>>;

/** Notes what is done with which table while `of` is at work, and only then. */
const watching = () => {
  const touches: Touch[] = [];
  return {
    of: async <A>(work: () => Promise<A>): Promise<A> => {
      const before = account.dynamodb.touches.length;
      const done = await work();
      touches.push(...account.dynamodb.touches.slice(before));
      return done;
    },
    /** Every action, once. */
    did: (): Did => {
      const byTable = Map.groupBy(touches, ({ table }) => table);
      const tables = (Object.keys(topology.tables) as TableName[]).map((table) => {
        const actions = byTable.get(account.database.tableName(table)) ?? [];
        return [table, [...new Set(actions.map(({ action }) => action))].toSorted()] as const;
      });
      return Object.fromEntries(tables.filter(([, actions]) => actions.length > 0));
    },
  };
};

/** Actions beyond what is declared, as "table: action". */
const undeclared = (name: FunctionName, did: Did): readonly string[] => {
  const declared: Partial<Record<TableName, readonly Access[]>> = topology.functions[name].tables;
  return Object.entries(did).flatMap(([table, actions]) => {
    const allowed = (declared[table as TableName] ?? []).flatMap((access) => actionsOf[access]);
    return actions.filter((action) => !allowed.includes(action)).map((action) => `${table}: ${action}`);
  });
};

/** Levels of access of which nothing but what another level gives was used. */
const unused = (name: FunctionName, did: Did): readonly string[] => {
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
const projected = async (records: readonly unknown[]) => (await account.start('projector'))(records, contextWith());
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

const overflow = changeOf('Order', '000000000000000AAA', {}, { changeType: 'GAP_OVERFLOW' });

/** A member with all that a pass shows, folded. */
const livingMember = async () => {
  await ingested(contact(1), order(1, 1, 750), promotion('Autumn'), voucher(1));
  await projected(await account.piped('events'));
};

describe('what a function does with tables is what is declared for it, neither more nor less:', () => {
  test('ingest', async () => {
    const { of, did } = watching();
    await of(() => ingested(contact(1), order(1, 1), order(2, 3), contact(3), promotion('Autumn'), voucher(1)));
    // Another owner, a fault, gaps of a record and of an object, runs, what cannot be read; and all of it again.
    const moved = { ...order(1, 3), LastModifiedDate: '2026-11-02T10:58:41.000Z' };
    const faulty = { ...order(2, 3), TotalAmount: '1.234', LastModifiedDate: '2026-11-02T10:58:41.000Z' };
    const others = [moved, faulty, gap(orderId(1)), overflow, flowEnded, '[]', eventOn('any', {})];
    await of(() => ingested(...others));
    await of(() => ingested(...others));
    expect(undeclared('ingest', did())).toEqual([]);
    expect(unused('ingest', did())).toEqual([]);
  });

  test('projector', async () => {
    const { of, did } = watching();
    await ingested(contact(1), order(1, 1, 750), promotion('Autumn'), voucher(1));
    const first = await account.piped('events');
    await of(() => projected(first));
    // Commits that it was not poked for, a definition that changed, and all of it again.
    await ingested(order(2, 1, 80));
    await account.piped('events');
    await ingested(order(3, 1, 90), promotion('Winter', 51));
    const later = await account.piped('events');
    await of(() => projected(later));
    await of(() => projected([...first, ...later]));
    expect(undeclared('projector', did())).toEqual([]);
    expect(unused('projector', did())).toEqual([]);
  });

  test('announcer', async () => {
    const { of, did } = watching();
    await ingested(contact(1), order(1, 1));
    const records = await account.piped('events');
    await of(async () => (await account.start('announcer'))(records, contextWith()));
    expect(account.bus.taken.length).toBeGreaterThan(0);
    expect(undeclared('announcer', did())).toEqual([]);
    expect(unused('announcer', did())).toEqual([]);
  });

  test('walletEvent', async () => {
    const { of, did } = watching();
    await livingMember();
    const records = await account.piped('views');
    const enriched = await of(async () => (await account.start('walletEvent'))(records, contextWith()));
    expect(enriched).toHaveLength(1);
    expect(did()).toEqual({});
  });

  test('walk', async () => {
    const { of, did } = watching();
    await livingMember();
    // Whoever was not folded yet, and a definition that changed.
    await ingested(contact(2), promotion('Winter', 51));
    await of(() => walked({ type: 'replay', segments: 1 }));
    await of(() => walked({ type: 'verify', sample: 1, segments: 1 }));
    await of(() => walked({ type: 'reconcile', republishSince: 0, segments: 1 }));
    // Somebody relays to the middleware, so it is asked what it took in.
    await account.database.dynamodb.send(
      new PutItemCommand({ TableName: account.database.tableName('deliveries'), Item: cardKey(contactId(9)) }),
    );
    await of(() => walked({ type: 'reconcile', republishSince: null, segments: 1 }));
    await of(() => walked({ type: 'replay', memberId: contactId(2), segments: 1 }, { action: 'fail', cause: 'none' }));
    expect(account.bus.taken.length).toBeGreaterThan(0);
    expect(undeclared('walk', did())).toEqual([]);
    // What waits beside the live versions is looked for among all LIVE: there is none among those that billfold comes with.
    expect(unused('walk', did())).toEqual(['views: scan']);
  });

  test('forget', async () => {
    const { of, did } = watching();
    await livingMember();
    const registrations = dynamoDbRegistrations({ ...account.database, clock: Date.now });
    const device = { memberId: contactId(1), deviceId: 'phone' };
    await got(registrations.register({ ...device, pushToken: 'aa' }));
    await got(registrations.saw(device, 'fetched', 1_000));
    const handler = await account.start('forget');
    const invoke = (step: unknown) => handler(step, contextWith(900_000));
    const forgotten = await of(() => interpret(machine, { invoke })({ memberId: contactId(1) }, {}));
    expect(forgotten).toMatchObject({ isClean: true, removed: { devices: 1 } });
    await of(() => interpret(machine, { invoke })({}, {}));
    expect(undeclared('forget', did())).toEqual([]);
    expect(unused('forget', did())).toEqual([]);
  });

  test('watch', async () => {
    const { of, did } = watching();
    await livingMember();
    // Nobody answers for pipes here: what it asks of tables is the same.
    vi.stubEnv('AWS_ENDPOINT_URL_PIPES', 'http://127.0.0.1:9');
    await of(async () => (await account.start('watch'))(scheduled, contextWith()));
    expect(undeclared('watch', did())).toEqual([]);
    expect(unused('watch', did())).toEqual([]);
  });

  test('clock', async () => {
    const { of, did } = watching();
    account.appFlow.onStart({ body: { executionId: 'run-1', flowStatus: 'Active' } });
    await livingMember();
    await ingested(contact(2), contact(3));
    // Holders of a definition that changed wait for a sweep, a gap for a load; and a day has passed.
    await ingested(promotion('Winter', 51), gap(orderId(1)), overflow, flowEnded);
    await projected(await account.piped('events'));
    vi.setSystemTime(Date.UTC(2027, 0, 5));
    const handler = await of(() => account.start('clock'));
    await of(() => handler(scheduled, contextWith(300_000)));
    expect(account.appFlow.asked.length).toBeGreaterThan(0);
    await burying(of);
    expect(undeclared('clock', did())).toEqual([]);
    // Whom it buries has a key. Who is buried without one, because nothing personal was ever known, would get it then.
    expect(unused('clock', did())).toEqual(['keys: write']);
  });
});

/** A job from its plan to its end, or to its failure; its execution is not asked about, since nobody else has the turn. */
const walked = async (request: object, end: object = { action: 'end' }) => {
  const handler = await account.start('walk');
  const step = async (input: object) => (await handler(input, contextWith(900_000))) as { readonly jobId: string };
  const { jobId } = await step({ action: 'plan', request, startedBy: 'replay-1' });
  await step({ action: 'walk', jobId, segment: 0 });
  await step({ ...end, jobId });
};

/** What the clock does of contacts that two full loads left out, told which rows they held. */
const burying = async (of: ReturnType<typeof watching>['of']): Promise<void> => {
  const { clock, openPlace } = await import('#adapters/lambda/compose.ts');
  const place = openPlace(environmentOf('clock', topology.functions.clock.variables), 'create');
  const services = connectServices(place);
  const rowIds: RowIds = (_, visit) => async () => {
    for (const serial of [1, 2]) visit(contactId(serial));
    return E.right(undefined);
  };
  const deps = { ...services, rowIds, cache: { current: null }, pagesPerRound: 20 };
  let buried = 0;
  for (const day of [6, 7]) {
    const startedAt = Date.UTC(2027, 0, day);
    vi.setSystemTime(startedAt + 3_600_000);
    const run = { flow: 'Contact', executionId: `run-of-${day}` };
    const extraction = { at: startedAt, known: true };
    await got(
      services.runs.record(run, { type: 'FileLoaded', file: 'a', extraction, rows: 2, unreadable: 0, audit: noAudit }),
    );
    const end = { endedAt: clock(), isSuccessful: true, failures: 0, error: null, rows: 2 };
    await got(services.runs.record(run, { type: 'EndReported', startedAt, end }));
    for (let isUnfinished = true; isUnfinished; ) {
      const round = await of(() => got(buryAbsent(deps)));
      buried += round.buried;
      isUnfinished = round.isUnfinished;
    }
  }
  expect(buried).toBe(1);
};
