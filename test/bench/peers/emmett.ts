import { getInMemoryEventStore } from '@event-driven-io/emmett';
import { type Known, know } from '../known.ts';
import type { ConnectPeer, Peer } from '../peer.ts';

type StoredEvent = Parameters<Peer['append']>[2][number];
type EmmettEvent = { readonly type: string; readonly data: Record<string, unknown> };

/** Emmett in memory: it has no DynamoDB storage, so this asks nobody and stores nothing. A floor, and no like-for-like. */
export const connect: ConnectPeer = async () => {
  const store = getInMemoryEventStore();
  const append: Peer['append'] = async (stream, version, events) => {
    await store.appendToStream(stream, events.map(toEmmett), { expectedStreamVersion: BigInt(version) });
  };
  return {
    name: 'Emmett, in memory',
    client: null,
    append,
    prepare: (stream, events) => append(stream, 0, events),
    load: async (stream) => {
      const { currentStreamVersion, state } = await store.aggregateStream(stream, {
        initialState: (): Known => new Map(),
        evolve: (known: Known, { type, data }: EmmettEvent) => know(known, { type, ...data } as StoredEvent),
      });
      return { version: Number(currentStreamVersion), known: state };
    },
  };
};

const toEmmett = ({ type, ...data }: StoredEvent): EmmettEvent => ({ type, data });
