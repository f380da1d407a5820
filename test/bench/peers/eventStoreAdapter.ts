import { randomUUID } from 'node:crypto';
import { type Aggregate, type AggregateId, type Event, EventStoreFactory } from 'event-store-adapter-js';
import { type Known, know } from '../known.ts';
import type { ConnectPeer, Peer } from '../peer.ts';
import { connectClient, createTable } from './client.ts';

type StoredEvent = Parameters<Peer['append']>[2][number];

class MemberId implements AggregateId {
  readonly typeName = 'member';
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  asString = (): string => `${this.typeName}-${this.value}`;
}

type MemberEvent = Event<MemberId> & { readonly payload: StoredEvent };

/** sequenceNumber: of the last event that is folded in. version: of the snapshot item, which rises with every event. */
class Member implements Aggregate<Member, MemberId> {
  readonly typeName = 'member';
  readonly id: MemberId;
  readonly sequenceNumber: number;
  readonly version: number;
  readonly known: readonly (readonly [string, unknown])[];
  constructor({ id, sequenceNumber, version, known }: Pick<Member, 'id' | 'sequenceNumber' | 'version' | 'known'>) {
    this.id = id;
    this.sequenceNumber = sequenceNumber;
    this.version = version;
    this.known = known;
  }
  withVersion = (version: number): Member => new Member({ ...this, version });
  updateVersion = (change: (version: number) => number): Member => this.withVersion(change(this.version));
}

/** Without snapshots beyond the one that it needs of a stream's first event. */
export const connect: ConnectPeer = (endpoint) => connectWith(endpoint, 'event-store-adapter-js', () => 1);

/** A snapshot lies fifty events back: as on average where one is made each hundred. Making it is not counted. */
export const connectWithSnapshots: ConnectPeer = (endpoint) =>
  connectWith(endpoint, 'event-store-adapter-js, a snapshot 50 events back', (events) => Math.max(1, events - 50));

/** event-store-adapter-js: a transaction of the event and the snapshot item for each event; there is no call for several. */
const connectWith = async (endpoint: string, name: string, snapshotAt: (events: number) => number): Promise<Peer> => {
  const client = connectClient(endpoint);
  const prefix = `esa-${randomUUID().slice(0, 8)}`;
  for (const table of ['journal', 'snapshot'])
    await createTable(
      client,
      `${prefix}-${table}`,
      { hash: 'pkey', range: 'skey', rangeType: 'S' },
      { name: `${table}-aid-index`, hash: 'aid', range: 'seq_nr', rangeType: 'N', projection: 'ALL' },
    );
  const store = EventStoreFactory.ofDynamoDB<MemberId, Member, MemberEvent>(
    client,
    `${prefix}-journal`,
    `${prefix}-snapshot`,
    'journal-aid-index',
    'snapshot-aid-index',
    64,
    (json) => (json as unknown as { readonly data: MemberEvent }).data,
    (json) => memberOf((json as unknown as { readonly data: Member }).data),
  );

  const append: Peer['append'] = async (stream, version, events) => {
    for (const [index, event] of events.entries()) {
      const next = eventOf(stream, version + index + 1, event);
      if (next.isCreated) await store.persistEventAndSnapshot(next, memberAfter(next, new Map()));
      else await store.persistEvent(next, version + index);
    }
  };

  return {
    name,
    client,
    append,
    prepare: async (stream, events) => {
      const at = snapshotAt(events.length);
      const known: Known = new Map();
      for (const [index, event] of events.entries()) {
        const next = eventOf(stream, index + 1, event);
        if (index + 1 === at) await store.persistEventAndSnapshot(next, memberAfter(next, know(known, event)));
        else await append(stream, index, [event]);
        if (index + 1 < at) know(known, event);
      }
    },
    load: async (stream) => {
      const snapshot = await store.getLatestSnapshotById(new MemberId(stream));
      if (snapshot === undefined) throw new Error('there is no such stream');
      const events = await store.getEventsByIdSinceSequenceNumber(snapshot.id, snapshot.sequenceNumber + 1);
      const known = events.reduce((folded, { payload }) => know(folded, payload), new Map(snapshot.known));
      return { version: snapshot.sequenceNumber + events.length, known };
    },
  };
};

const eventOf = (stream: string, sequenceNumber: number, payload: StoredEvent): MemberEvent => ({
  ...{ id: `${stream}-${sequenceNumber}`, typeName: payload.type, aggregateId: new MemberId(stream) },
  ...{ sequenceNumber, occurredAt: new Date(), isCreated: sequenceNumber === 1, payload },
});

/** As it stands after the event; the item's version is then one less than the event's number, and rises with the write. */
const memberAfter = ({ aggregateId: id, sequenceNumber, payload }: MemberEvent, known: Known): Member =>
  new Member({
    ...{ id, sequenceNumber, version: Math.max(1, sequenceNumber - 1) },
    known: [...(sequenceNumber === 1 ? know(known, payload) : known)],
  });

const memberOf = ({ id, sequenceNumber, version, known }: Member): Member =>
  new Member({ id: new MemberId(id.value), sequenceNumber, version, known });
