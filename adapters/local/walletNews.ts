import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { WalletNews } from '../http/answers/flow.ts';
import { type KeptBus, readEvents } from '../http/busEventApi.ts';
import type { LocalBuses } from './bus.ts';

export type WalletNewsReader = () => Promise<{
  readonly first: WalletNews | null;
  readonly lately: readonly WalletNews[];
}>;

/** How many are told. */
const LATELY = 8;

/** What the wallet bus carried first, and last. Read again only when it carried something. */
export const walletNews = ({ buses }: { readonly buses: Pick<LocalBuses, 'read' | 'head'> }): WalletNewsReader => {
  let known = { head: -1n, first: null as WalletNews | null, lately: [] as readonly WalletNews[] };
  return async () => {
    const head = await buses.head('wallet');
    if (head === known.head) return known;
    const events = await lastEvents({ buses }, 'wallet', LATELY);
    const first = known.first ?? (await readEvents({ buses }, 'wallet', 0, 50)).flatMap(newsOf)[0] ?? null;
    known = { head, first, lately: events.flatMap(newsOf) };
    return known;
  };
};

/** What a bus carried last, newest first. Numbers of a journal have holes: twice as many are looked at. */
export const lastEvents = async (
  { buses }: { readonly buses: Pick<LocalBuses, 'read' | 'head'> },
  bus: KeptBus,
  count: number,
): Promise<readonly CarriedEvent[]> => {
  const from = Math.max(0, Number(await buses.head(bus)) - 2 * count);
  return (await readEvents({ buses }, bus, from, 2 * count)).slice(-count).reverse();
};

/** Anybody may put entries on a bus: what is none of ours is left out. */
const newsOf = (event: CarriedEvent): readonly WalletNews[] => {
  const { metadata, data } = Object(event.detail);
  const { memberId, revision } = Object(metadata);
  const { changed, pass } = Object(data);
  if (typeof memberId !== 'string' || typeof revision !== 'number') return [];
  const memberNumber: unknown = Object(pass).memberNumber;
  return [
    {
      ...{ sequence: event.sequence, type: event['detail-type'], memberId, revision, at: event.time },
      memberNumber: typeof memberNumber === 'string' ? memberNumber : null,
      changed: Array.isArray(changed) ? changed.map(String) : [],
    },
  ];
};
