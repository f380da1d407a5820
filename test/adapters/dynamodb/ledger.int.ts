import { KMSClient } from '@aws-sdk/client-kms';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { DeliveryKey } from '#adapters/delivery/delivery.ts';
import { dynamoDbBudget } from '#adapters/dynamodb/budget.ts';
import { carriedRevisions } from '#adapters/dynamodb/carriedRevisions.ts';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { dynamoDbRegistrations } from '#adapters/dynamodb/registrations.ts';
import { dynamoKeys } from '#adapters/keys/dynamoKeys.ts';
import { readEvents } from '#adapters/middleware/readEvents.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { loadRows } from '#adapters/source/loadFile.ts';
import { wholeOf } from '#adapters/source/parts.ts';
import {
  type Cause,
  type Commit,
  type DomainEvent,
  emptyHead,
  emptyProjectCache,
  type FieldValue,
  firstRelease,
  foldMember,
  type IngestDeps,
  ingest,
  type KeyStore,
  keepFresh,
  lastVersion,
  memberKeyId,
  memberStream,
  noAudit,
  noTally,
  type Observation,
  type ProjectCache,
  type ProjectDeps,
  type Registry,
  reconcile,
  registry,
  retail,
  retailTiers,
  retryParked,
  type StreamFold,
  segmentsOf,
  tierBy,
  verifyMembers,
  walkLog,
} from '#domain/index.ts';
import { ledgerTable } from '#infra/cost/ledger.ts';
import { envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { appendOf, at, bought, enrolled, got, memberId, renamed, stampOf, stream } from '#test/contract/given.ts';
import { bytesInMemory } from '#test/support/bytes.ts';
import { testSettings } from '#test/support/dynamodb.ts';
import { freshStores, rivalOf, type TestStores } from '#test/support/dynamodbStores.ts';
import { type KmsServer, startKmsServer, wrappingKey } from '#test/support/kmsServer.ts';

const measured = new Set<string>();

/** Sets the scene, forgets what that cost, does one thing, and compares the bill with the table. */
const costs = (row: keyof typeof ledgerTable, scene: (stores: Ledger) => Promise<() => Promise<unknown>>): void => {
  measured.add(row);
  test(`${ledgerTable[row].useCase} costs what the table says`, async () => {
    const ledger = await openLedger();
    const act = await scene(ledger);
    ledger.meter.reset();
    const keysBefore = ledger.keysAsked();
    await act();
    const bill = { ...ledger.meter.read(), keys: ledger.keysAsked() - keysBefore };
    expect({ useCase: ledgerTable[row].useCase, ...bill }).toEqual(ledgerTable[row]);
  });
};

costs('nothingNew', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([purchase(1)]);
});
costs('nothingNewInBatch', async ({ receive }) => {
  const rows = Array.from({ length: 100 }, (_, index) => purchase(index));
  await receive(rows);
  return () => receive(rows);
});
costs('nothingNewOfMember', async ({ receive }) => {
  await receive([member()]);
  return () => receive([member()]);
});
costs('forgotten', async ({ receive, stores }) => {
  await receive([member()]);
  await got(stores.keys.destroy(memberKeyId(memberId)));
  return () => receive([member()]);
});
costs(
  'ownerUnknown',
  async ({ receive }) =>
    () =>
      receive([purchase(1, { BillToContactId: undefined })]),
);
costs(
  'newMember',
  async ({ receive }) =>
    () =>
      receive([member()]),
);
costs('newMemberAfterPurchase', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([member()]);
});
costs('newPurchase', async ({ receive }) => {
  await receive([member()]);
  return () => receive([purchase(1)]);
});
costs('changed', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([purchase(1, { TotalAmount: '99.9' }, 2)]);
});
/** What a change costs does not depend on how much happened before. */
for (const [row, events] of [
  ['changedAfterThousand', 1_000],
  ['changedAfterTenThousand', 10_000],
] as const)
  costs(row, async (ledger) => {
    await ledger.receive([purchase(1)]);
    await happened(ledger, events);
    return () => ledger.receive([purchase(1, { TotalAmount: '99.9' }, 2)]);
  });
costs('memberChangedAfterThousand', async (ledger) => {
  await ledger.receive([member()]);
  await happened(ledger, 1_000);
  return () => ledger.receive([member({ FirstName: 'Zoé' }, 2)]);
});
costs('moved', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([purchase(1, { BillToContactId: '003A00000000002AAA' }, 2)]);
});
costs('faulty', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([purchase(1, { TotalAmount: '1.234' }, 2)]);
});
costs(
  'rowsOfOneMember',
  async ({ receive }) =>
    () =>
      receive(Array.from({ length: 25 }, (_, index) => purchase(index))),
);
costs('redelivery', async ({ receive }) => {
  const rows = Array.from({ length: 25 }, (_, index) => purchase(index));
  await receive(rows);
  return () => receive(rows);
});
costs(
  'newRows',
  async ({ load }) =>
    () =>
      load('Order', 25),
);
costs('unchangedRows', async ({ load }) => {
  await load('Order', 100);
  return () => load('Order', 100);
});
costs('unchangedRowsOfMembers', async ({ load }) => {
  await load('Contact', 100);
  return () => load('Contact', 100);
});
costs('lostRace', async ({ receive, stores }) => {
  await receive([purchase(1)]);
  const rival = rivalOf(stores, () => at);
  let isFirst = true;
  const overtaken: IngestDeps['records'] = {
    ...stores.records,
    commit: (transaction) => async () => {
      if (isFirst) await receive([purchase(1, { TotalAmount: '50' }, 2)], rival);
      isFirst = false;
      return stores.records.commit(transaction)();
    },
  };
  return () => receive([purchase(1, { TotalAmount: '99.9' }, 3)], { records: overtaken });
});

costs(
  'append',
  async ({ stores }) =>
    async () =>
      got(stores.events.append(appendOf([bought('801')]))),
);
costs('head', async ({ stores }) => {
  await got(stores.events.append(appendOf([bought('801')])));
  return () => got(stores.events.head(stream));
});
costs('loadStream', async ({ stores }) => {
  let head = emptyHead(stream);
  for (let index = 0; index < 100; index++)
    head = await got(stores.events.append(appendOf([bought(`80${index}`)], head)));
  return () => got(stores.events.load(stream));
});

costs('firstFold', async ({ append, fold }) => {
  const commit = await append([enrolled('Zoë')]);
  return () => fold([commit]);
});
costs('foldAboveFloor', async ({ append, fold, cache }) => {
  await fold([await append([enrolled('Zoë')])]);
  const commit = await append([bought('801')]);
  return () => {
    cache.revisionFloor = 1;
    return fold([commit]);
  };
});
costs('foldBeside', async ({ append, fold }) => {
  await fold([await append([enrolled('Zoë')])], beside);
  const commit = await append([bought('801')]);
  return () => fold([commit], beside);
});
costs('foldSwitched', async ({ append, fold, cache }) => {
  await fold([await append([enrolled('Zoë'), bought('801')])], beside);
  return () => {
    cache.release = { ...firstRelease, epoch: 2, versions: { tier: 3 } };
    // As the walk does.
    return fold([], beside);
  };
});
costs('foldVisible', async ({ append, fold }) => {
  await fold([await append([enrolled('Zoë')])]);
  const commit = await append([bought('801')]);
  return () => fold([commit]);
});
costs('foldSilent', async ({ append, fold }) => {
  await fold([await append([enrolled('Zoë')])]);
  const commit = await append([renamed('Zoë', 'Zoë')]);
  return () => fold([commit]);
});
costs('foldHolder', async ({ append, fold }) => {
  await fold([await append([enrolled('Zoë'), granted])]);
  const commit = await append([bought('801')]);
  return () => fold([commit]);
});
costs('foldGap', async ({ append, fold }) => {
  await fold([await append([enrolled('Zoë')])]);
  await append([bought('801')]);
  const commit = await append([bought('802')]);
  return () => fold([commit]);
});
costs('foldAgain', async ({ append, fold }) => {
  const commit = await append([enrolled('Zoë')]);
  await fold([commit]);
  return () => fold([commit]);
});
/** 25 members, each with a commit, a pass and a card at the middleware; and what a job over them sees of the log. */
const nightOf = async ({ stores, project }: Ledger) => {
  const { accept } = deliveriesIn(stores);
  const ids = Array.from({ length: 25 }, (_, index) => salesforceId('Contact', index));
  const begin = async (id: string): Promise<void> => {
    const commit = appendOf([enrolled('Zoë'), bought('801')], emptyHead(memberStream(id)));
    await got(stores.events.append(commit));
    await got(foldMember(project)({ memberId: id, toVersion: 2, images: [], cause }));
    expect(await accept([accepted({ memberId: id })])).toHaveLength(1);
  };
  await Promise.all(ids.map(begin));
  const folds: StreamFold[] = [];
  const [whole] = segmentsOf(1);
  await got(
    walkLog(
      {
        ...{
          events: stores.events,
          projections: Object.values(registry.main),
          isStopping: () => false,
          save: () => TE.right(undefined),
        },
        handle: async (streams) => {
          folds.push(...streams);
          return E.right(noTally);
        },
      },
      whole!,
    ),
  );
  expect(folds).toHaveLength(ids.length);
  return folds;
};
const noPause = () => Promise.reject(new Error('something is not right'));
costs('walkPage', async (ledger) => {
  await nightOf(ledger);
  return () => got(ledger.stores.events.scan({ segment: 0, segments: 1, cursor: null }));
});
costs('reconcileRight', async (ledger) => {
  const folds = await nightOf(ledger);
  const revisions = carriedRevisions(ledger.stores.database);
  await got(revisions([]));
  const publications = { revisions, restate: () => TE.right(undefined) };
  return async () => {
    const found = await reconcile({ ...ledger.project, publications, pause: noPause }, { republishSince: null })(folds);
    expect(found).toMatchObject(E.right({ counts: { members: 25, behind: 0, unpublished: 0 } }));
  };
});
costs('verifyRight', async (ledger) => {
  const folds = await nightOf(ledger);
  return async () => {
    const found = await verifyMembers({ ...ledger.project, pause: noPause })(folds);
    expect(found).toMatchObject(E.right({ counts: { members: 25, drifted: 0 } }));
  };
});
const gapOf = (index: number): Observation => ({
  ...purchase(index, {}, 5),
  fields: {},
  existence: null,
  gapAt: 5_000,
});
costs('gap', async ({ receive }) => {
  await receive([purchase(1)]);
  return () => receive([gapOf(1)]);
});
costs('gapAgain', async ({ receive }) => {
  await receive([purchase(1), gapOf(1)]);
  return () => receive([gapOf(1)]);
});
costs('gapClosed', async ({ receive }) => {
  await receive([purchase(1), gapOf(1)]);
  return () => receive([{ ...purchase(1), reReadAt: 60_000 }]);
});
costs('retryParked', async ({ retry }) => retry);
costs('keepFresh', async ({ stores }) => () => {
  const reReads = { request: () => async () => E.right(undefined) };
  return got(keepFresh({ ...stores, reReads, clock: () => at, mapping: retail }));
});
let kms: KmsServer;
beforeAll(async () => {
  kms = await startKmsServer();
});
afterAll(() => kms.stop());

/** The keys table as a process sees it that has met every branch. */
const keysOf = async ({ stores: { database } }: Ledger, dynamodb = database.dynamodb): Promise<KeyStore> => {
  const client = new KMSClient({ ...testSettings(database), endpoint: kms.endpoint });
  const keys = dynamoKeys({ ...database, dynamodb, kms: client, wrappingKey, clock: () => at });
  await got(keys.obtain(Array.from({ length: 100 }, (_, index) => `member:old-${index}`)));
  return keys;
};

const run = { flow: 'Order', executionId: '9f0d5a54' };
costs('openFile', async ({ stores: { runs } }) => {
  await got(runs.record(run, { type: 'StartReported', startedAt: at }));
  return async () => {
    const extraction = await got(runs.open(run, 'part-0', at));
    await got(
      runs.record(run, { type: 'FileLoaded', file: 'part-0', extraction, rows: 2, unreadable: 0, audit: noAudit }),
    );
  };
});
costs('runReport', async ({ stores: { runs } }) => {
  await got(runs.record(run, { type: 'FileHinted', file: 'part-0' }));
  return () => got(runs.record(run, { type: 'StartReported', startedAt: at }));
});

costs(
  'clock',
  async ({ stores }) =>
    () =>
      got(stores.views.due(at, 100)),
);

const deliveriesIn = ({ database }: TestStores) =>
  dynamoDbDeliveryStore({ ...database, clock: () => at, route: () => ['apple', 'google'] });
const apple: DeliveryKey = { subject: { type: 'member', memberId }, destination: 'apple' };
costs('acceptEvent', async (ledger) => {
  const { accept } = deliveriesIn(ledger.stores);
  return () => accept([accepted()]);
});
costs('acceptEventAgain', async (ledger) => {
  const { accept } = deliveriesIn(ledger.stores);
  await accept([accepted()]);
  return () => accept([accepted()]);
});
costs('deliver', async (ledger) => {
  const { accept, due, claim, settle } = deliveriesIn(ledger.stores);
  await accept([accepted()]);
  return async () => {
    const [key = apple] = await got(due('apple', 'live', 1));
    const claimed = await got(claim(key, 1_000));
    if (O.isNone(claimed)) return expect.unreachable('there is nothing to claim');
    const sent = { step: 'push', at, outcome: 'ok', status: 200, reason: null, tries: 1, durationMs: 40 } as const;
    const settlement = { verdict: { type: 'Delivered' }, revision: 1, steps: [sent], progress: { at } } as const;
    await got(settle(claimed.value, settlement));
  };
});
costs('lookAhead', async (ledger) => () => got(deliveriesIn(ledger.stores).ahead('apple', 10)));
costs('lookForDue', async (ledger) => () => got(deliveriesIn(ledger.stores).due('apple', 'live', 10)));
const registrationsIn = ({ stores: { database } }: Ledger) => dynamoDbRegistrations({ ...database, clock: () => at });
const device = { deviceId: 'a'.repeat(32), memberId };
costs('registerPass', async (ledger) => {
  const { register } = registrationsIn(ledger);
  return () => got(register({ ...device, pushToken: 'b'.repeat(64) }));
});
costs('listPasses', async (ledger) => {
  const { register, ofDevice, saw } = registrationsIn(ledger);
  const { accept, cards } = deliveriesIn(ledger.stores);
  await accept([accepted()]);
  await got(register({ ...device, pushToken: 'b'.repeat(64) }));
  return async () => {
    const passes = await got(ofDevice(device.deviceId));
    await got(cards(passes.map((pass) => pass.memberId)));
    await got(saw(device, 'listed', 1));
  };
});
costs('takeFromBudget', async ({ stores: { database } }) => {
  const budget = dynamoDbBudget({ ...database, clock: () => at });
  const take = () => got(budget.take('google:account', { perSecond: 20, burst: 5 }, 10));
  await take();
  return take;
});
const accepted = (some: Parameters<typeof walletEvent>[1] = {}) =>
  E.getOrElseW((reason: string) => expect.unreachable(reason))(
    E.chain((events: readonly E.Either<string, AcceptedEvent>[]) => events[0] ?? E.left('none'))(
      readEvents(JSON.stringify(envelopeOf(walletEvent(1, some)))),
    ),
  );

const newKeys = Array.from({ length: 100 }, (_, index) => `member:new-${index}`);
costs('readKeys', async (ledger) => {
  await got((await keysOf(ledger)).obtain(newKeys));
  const other = await keysOf(ledger);
  return () => got(other.obtain(newKeys));
});
costs('makeKey', async (ledger) => {
  const keys = await keysOf(ledger);
  return () => got(keys.obtain(['member:new']));
});
costs('makeKeyLost', async (ledger) => {
  const keys = await keysOf(ledger);
  const rival = await keysOf(ledger, connectDynamoDb(testSettings(ledger.stores.database)).dynamodb);
  ledger.stores.database.dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (commandName === 'BatchGetItemCommand') await got(rival.obtain(['member:new']));
        return answer;
      },
    { step: 'initialize', name: 'rival' },
  );
  return () => got(keys.obtain(['member:new']));
});
costs('destroyKey', async (ledger) => {
  const keys = await keysOf(ledger);
  await got(keys.obtain(['member:new']));
  return () => got(keys.destroy('member:new'));
});

test('every row of the table is measured', () => {
  expect(Object.keys(ledgerTable).filter((row) => !measured.has(row))).toEqual([]);
});

type Ledger = {
  readonly stores: TestStores;
  readonly meter: TestStores['meter'];
  readonly keysAsked: () => number;
  readonly receive: (said: readonly Observation[], others?: Partial<IngestDeps>) => Promise<void>;
  /** A file of so many rows, a minute after the one before. */
  readonly load: (object: 'Contact' | 'Order', rows: number) => Promise<void>;
  readonly append: (events: readonly DomainEvent[]) => Promise<Commit>;
  readonly cache: ProjectCache;
  readonly project: ProjectDeps;
  readonly fold: (images: readonly Commit[], among?: Registry) => Promise<unknown>;
  readonly retry: () => Promise<unknown>;
};

const openLedger = async (): Promise<Ledger> => {
  const stores = await freshStores(() => at);
  const ingestDeps: IngestDeps = { ...stores, clock: () => at, mapping: retail };
  let extractedAt = at;
  const projectDeps: ProjectDeps = {
    ...{ ...stores, registry, clock: () => at, timeZone: 'UTC' },
    // The floor was raised before, as it is for most of a process's life.
    cache: { ...emptyProjectCache(), revisionFloor: 256 },
  };
  return {
    stores,
    meter: stores.meter,
    keysAsked: stores.keysAsked,
    receive: async (said, others = {}) => {
      const report = await ingest({ ...ingestDeps, ...others })(said)();
      expect(new Set(report.outcomes.map(({ type }) => type))).toEqual(new Set(['done']));
    },
    load: async (object, rows) => {
      extractedAt += 60_000;
      const source = bytesInMemory(
        Buffer.from(Array.from({ length: rows }, (_, index) => rowOf(object, index)).join('\n')),
      );
      const pause = () => Promise.reject(new Error('the store was unavailable'));
      await loadRows({ ...ingestDeps, ...stores, pause })({
        ...{ source, part: await wholeOf(source), name: object, object },
        extraction: { at: extractedAt, known: true },
      });
    },
    append: async (events) => {
      const head = await got(stores.events.head(memberStream(memberId), 'strong'));
      await got(stores.events.append(appendOf(events, head)));
      const [commit] = await got(stores.events.loadBackward(head.stream, 1));
      return commit!;
    },
    cache: projectDeps.cache,
    project: projectDeps,
    fold: (images, among = registry) =>
      got(
        foldMember({ ...projectDeps, registry: among })({
          memberId,
          toVersion: Math.max(0, ...images.map(lastVersion)),
          images,
          cause,
        }),
      ),
    retry: () => got(retryParked({ ...projectDeps, startedAt: at })('due', null)),
  };
};

/** Another version of the tiers, halfway to Silver sooner. */
const beside: Registry = {
  main: registry.main,
  candidates: [
    { ...tierBy({ ...retailTiers, tiers: [retailTiers.tiers[0], { name: 'Silver', threshold: 250_00 }] }), version: 3 },
  ],
};

const cause: Cause = { lane: 'live', causationId: `${stream}@1`, correlationId: 'event e-1' };

const said = (
  object: string,
  id: string,
  fields: Readonly<Record<string, FieldValue | undefined>>,
  second: number,
): Observation => {
  const stamp = `${String(second * 1000).padStart(15, '0')}:1:${'0'.repeat(31)}`;
  return {
    record: { object, id },
    existence: { says: 'exists', stamp, dated: stamp },
    fields: Object.fromEntries(
      Object.entries(fields).filter((field): field is [string, FieldValue] => field[1] !== undefined),
    ),
    stamp: `${stampOf(second)}${'0'.repeat(30)}`,
    gapAt: null,
    reReadAt: null,
    origin: { type: 'file', file: 'Order/1f0c9a2e-6f52-4a1b-9d0e-0a6b7c8d9e0f/2026-03-04T05:06:07', offset: 123_456 },
    lane: 'live',
  };
};

/** A whole row, with ids and stamps of the usual length. */
/** As AppFlow writes it. */
const rowOf = (object: 'Contact' | 'Order', index: number): string =>
  JSON.stringify({
    Id: salesforceId(object, index),
    LastModifiedDate: '2026-03-01T09:58:41.000+0000',
    ...(object === 'Contact' ? member() : purchase(index)).fields,
  });

const purchase = (
  index: number,
  changed: Readonly<Record<string, FieldValue | undefined>> = {},
  second = 1,
): Observation =>
  said(
    'Order',
    `801A000000${String(index).padStart(5, '0')}AAA`,
    {
      OrderNumber: `000${10_000 + index}`,
      EffectiveDate: '2026-03-01',
      Status: 'Activated',
      TotalAmount: '12.5',
      CurrencyIsoCode: 'EUR',
      IsReductionOrder: 'false',
      OriginalOrderId: null,
      BillToContactId: memberId,
      ...changed,
    },
    second,
  );

const member = (changed: Readonly<Record<string, FieldValue | undefined>> = {}, second = 1): Observation =>
  said(
    'Contact',
    memberId,
    {
      MemberNumber__c: 'M-1',
      FirstName: 'Zoë',
      LastName: 'Roth',
      Email: 'zoe.roth@example.test',
      MemberSince__c: '2020-01-01',
      MasterRecordId: null,
      ...changed,
    },
    second,
  );

/** So many events in all, with the one that was there; the last by itself, as it came. */
const happened = async ({ append }: Ledger, events: number): Promise<void> => {
  const purchases = Array.from({ length: events - 2 }, (_, index) => bought(`802${index}`));
  for (let from = 0; from < purchases.length; from += 250) await append(purchases.slice(from, from + 250));
  await append([bought('803')]);
};

const granted: DomainEvent = {
  type: 'PromotionGranted',
  grantId: 'a0VA00000000001AAA',
  current: {
    definition: 'a0PA00000000001AAA',
    title: 'Thank you',
    status: 'Issued',
    state: 'available',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
    redeemedOn: null,
    value: { minorUnits: 500, currency: 'EUR' },
  },
};
