import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import { meterOn, type Usage } from '#adapters/dynamodb/client.ts';
import { dynamoDbEventStore } from '#adapters/dynamodb/eventStore.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { type DomainEvent, type EventStore, emptyHead, memberStream } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { costs, measureInTurn, type Sample, spread, timeRatio } from './measure.ts';
import { memberEvents } from './memberEvents.ts';
import { type BenchServer, inFlight, withServer } from './server.ts';
import type { Row } from './table.ts';

const DEFAULT_APPENDS = 800;
const AT_ONCE = [1, 16];

/** Appends of one event, against a conditional PutItem of the same JSON with the SDK as it comes. */
export const append: Benchmark = {
  name: 'append',
  about: 'an append of one event, against one conditional PutItem',
  run: async ({ rounds, size, say }) => {
    const appends = size.members ?? DEFAULT_APPENDS;
    const rows: Row[] = [];
    for (const kind of ['purchase', 'member, sealed'] as const)
      for (const atOnce of AT_ONCE) {
        say(`${kind}, ${atOnce} at once`);
        const events = Array.from({ length: appends }, (_, index) => eventOf(kind, index));
        // A server of its own for each: in memory it becomes slower with every item it holds.
        rows.push(...(await withServer(null, (server) => measureAppends(server, { kind, events, atOnce }, rounds))));
      }
    return { name: 'append', tables: [{ title: `${appends} appends of one event a turn`, rows }] };
  },
};

type Deps = { readonly store: EventStore; readonly plain: DynamoDBClient; readonly tableName: string };
type Kind = 'purchase' | 'member, sealed';

/** Every enrolment holds personal facts, no purchase does. */
const eventOf = (kind: Kind, index: number): DomainEvent => {
  const wanted = kind === 'purchase' ? 'PurchaseRecorded' : 'MemberEnrolled';
  return memberEvents(index, 12).find(({ type }) => type === wanted) ?? eventOf(kind, index + 1);
};

const BASE = 'PutItem, SDK as it comes';
const SUBJECT = 'EventStore.append';

type Appends = { readonly kind: Kind; readonly events: readonly DomainEvent[]; readonly atOnce: number };

const measureAppends = async (
  server: BenchServer,
  { kind, events, atOnce }: Appends,
  rounds: number,
): Promise<readonly Row[]> => {
  const { tableName } = await server.freshTables();
  const { dynamodb, meter } = server.connect();
  const deps: Deps = {
    store: dynamoDbEventStore({ dynamodb, tableName, keys: memoryKeys() }),
    plain: server.connectPlainly(),
    tableName: tableName('events'),
  };
  const through = (write: (event: DomainEvent) => Promise<unknown>) => async () => {
    await inFlight(events, atOnce, write);
    return events.length;
  };
  const subjects = [
    { name: BASE, run: through((event) => putPlainly(deps, event)) },
    { name: SUBJECT, run: through((event) => appendTo(deps.store, event)) },
  ];
  const samples = await measureInTurn(subjects, rounds);
  const plainMeter = meterOn(deps.plain);
  const used = [
    { name: BASE, meter: plainMeter, write: () => putPlainly(deps, events[0]!) },
    { name: SUBJECT, meter, write: () => appendTo(deps.store, events[0]!) },
  ];
  const rows: Row[] = [];
  for (const { name, meter: counter, write } of used) {
    counter.reset();
    await write();
    rows.push({ event: kind, 'at once': atOnce, variant: name, ...figures(samples, name), ...cost(counter.read()) });
  }
  return rows;
};

const figures = (samples: ReadonlyMap<string, readonly Sample[]>, name: string): Row => ({
  'CPU time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'cpuMs'),
  'wall time ratio': name === BASE ? 1 : timeRatio(samples, name, BASE, 'wallMs'),
  'CPU ms each': spread(costs(samples, name, 'cpuMs')).median,
  'appends/s': 1000 / spread(costs(samples, name, 'wallMs')).median,
});

const cost = ({ requests, writeUnits }: Usage): Row => ({
  requests: Object.entries(requests)
    .map(([command, times]) => `${times} ${command}`)
    .join(', '),
  'write units': writeUnits,
});

let streams = 0;
/** Every append opens a stream of its own, so that its head is known. */
const newStream = (): string => memberStream(`bench${++streams}`);

const appendTo = async (store: EventStore, event: DomainEvent): Promise<void> => {
  const appended = await store.append({
    ...{ head: emptyHead(newStream()), events: [event], recordedAt: RECORDED_AT },
    ...{ origin: { type: 'event', eventId: 'bench' }, lane: 'live' },
  })();
  if (E.isLeft(appended)) throw new Error(appended.left.type);
};

const RECORDED_AT = Date.UTC(2026, 6, 1);

const putPlainly = ({ plain, tableName }: Deps, event: DomainEvent): Promise<unknown> =>
  plain.send(
    new PutItemCommand({
      TableName: tableName,
      Item: { p: { S: newStream() }, v: { N: '1' }, t: { N: String(RECORDED_AT) }, e: { S: JSON.stringify([event]) } },
      ConditionExpression: 'attribute_not_exists(v)',
    }),
  );
