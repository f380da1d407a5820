import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import type { AcceptedEvent, Lane } from '#adapters/delivery/acceptedEvent.ts';
import type { DeliveryStore, Route } from '#adapters/delivery/deliveryStore.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { type KeyringDeps, keyring } from '#adapters/middleware/keyring.ts';
import { rateLimit } from '#adapters/middleware/rateLimit.ts';
import { buildMiddleware } from '#adapters/middleware/server.ts';
import { topology } from '#adapters/topology.ts';
import { type Live, type WalletEvent, walletEventOf } from '#domain/index.ts';
import { got, memberId, tickingClock } from '#test/contract/given.ts';
import { liveOf } from '#test/contract/viewStore.ts';

export const KEY = 'key-canary-0123456789';

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

type Options = {
  readonly deliveries?: DeliveryStore;
  readonly readKeys?: KeyringDeps['readKeys'];
  /** Milliseconds, of keys and rates. */
  readonly clock?: () => number;
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  readonly port?: number;
};

/** A real server on a port of its own, and what it logged. */
export const startMiddleware = async (options: Options = {}) => {
  const { clock = () => performance.now(), rate = { perSecond: 1_000, burst: 1_000 } } = options;
  const deliveries = options.deliveries ?? memoryDeliveryStore({ clock: tickingClock(), route: toTests });
  const lines: string[] = [];
  const { server, drain } = buildMiddleware({
    deliveries,
    destinations: DESTINATIONS,
    keyring: keyring({ readKeys: options.readKeys ?? TE.right([KEY]), clock }),
    rateLimit: rateLimit({ ...rate, clock }),
    version: '1.2.3',
    logger: { level: 'debug', stream: { write: (line: string) => void lines.push(line) } },
  });
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  onTestFinished(() => server.close());
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    ask(topology.middleware.eventsPath, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { url, server, drain, deliveries, lines, ask, post };
};

const DESTINATIONS = ['apple', 'shop'];
/** Wallet events to one, all others to the other. */
export const toTests: Route = ({ pass }) => [pass === null ? 'shop' : 'apple'];

/** What waits to be delivered: of each member the last event alone. */
export const waitingIn = async (
  { due, claim }: DeliveryStore,
  lanes: readonly Lane[] = ['live', 'bulk'],
): Promise<readonly AcceptedEvent[]> => {
  const queues = DESTINATIONS.flatMap((destination) => lanes.map((lane) => due(destination, lane, 100)));
  const keys = (await Promise.all(queues.map(got))).flat();
  const claims = await Promise.all(keys.map((key) => got(claim(key, 0))));
  return claims.flatMap((claimed) => {
    if (O.isNone(claimed)) return [];
    const { content } = claimed.value;
    return content.type === 'card' ? content.card.event : content.event;
  });
};

/** A wallet event of that revision. */
export const walletEvent = (revision: number, some: Partial<Live> = {}): WalletEvent => {
  const change = { kind: 'WalletPassUpdated', changed: ['tier'], cause } as const;
  const event = walletEventOf({ ...liveOf(memberId), revision, change, ...some }, TRACE);
  if (event === null) throw new Error('expected a change');
  return event;
};
const cause = { lane: 'live', causationId: 'events@1', correlationId: 'event e-1' } as const;
export const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

let serial = 0;
/** As EventBridge delivers it: each time it is published another id. */
export const envelopeOf = ({ type, detail }: WalletEvent) => ({
  version: '0',
  id: `envelope-${++serial}`,
  'detail-type': type,
  source: 'billfold.wallet',
  account: '000000000000',
  time: '2026-11-02T09:58:55Z',
  region: 'local',
  resources: [],
  detail,
});

export const cloudEventOf = ({ type, detail }: WalletEvent) => ({
  specversion: '1.0',
  id: `cloud-${++serial}`,
  source: 'billfold.wallet',
  type,
  time: '2026-11-02T09:58:55Z',
  datacontenttype: 'application/json',
  data: detail,
});
