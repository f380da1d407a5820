import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import type { DestinationView } from '#adapters/delivery/engine.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { middlewareLog } from '#adapters/middleware/log.ts';
import { rateLimit } from '#adapters/middleware/rateLimit.ts';
import { buildMiddleware, type MiddlewareDeps } from '#adapters/middleware/server.ts';
import { EVENT_KEY } from './keys.ts';

/** All a middleware is made of, with nothing behind it: a test says what it is about. */
export const bareDeps = (
  lines: string[],
  deliveries: DeliveryStore = memoryDeliveryStore({ clock: Date.now, route: () => ['apple', 'google'] }),
): MiddlewareDeps => ({
  deliveries,
  registrations: memoryRegistrations({ clock: Date.now }),
  keyring: keyring({ readKeys: TE.right([EVENT_KEY]), clock: Date.now }),
  operators: null,
  rateLimit: rateLimit({ perSecond: 1_000, burst: 1_000, clock: Date.now }),
  engine: engineOf(
    ['apple', 'google'].map((name) => viewOf(name)),
    deliveries,
  ),
  proxies: 0,
  certificateEndsAt: () => null,
  passFile: async () => E.left('Unknown'),
  saveLink: async () => E.left('Unknown'),
  routes: [],
  clock: Date.now,
  version: '1.2.3',
  log: middlewareLog({ level: 'debug', prefix: 'test', stream: { write: (line) => void lines.push(line) } }),
});

/** An engine that delivers nothing, and tells that of its destinations. */
export const engineOf = (views: readonly DestinationView[], deliveries: DeliveryStore): MiddlewareDeps['engine'] => ({
  state: () =>
    Promise.all(
      views.map(async (view) => {
        const waiting = await deliveries.waiting(view.name)();
        return { ...view, waiting: E.isRight(waiting) ? waiting.right : null };
      }),
    ),
  drain: async () => undefined,
});

export const viewOf = (name: string, some: Partial<DestinationView> = {}): DestinationView => ({
  ...{ name, credential: `${name}:test`, inFlight: { live: 0, bulk: 0 }, pausedUntil: null, lastAnswers: [] },
  ...{ isDryRun: false, inHand: { live: 0, bulk: 0 }, lastError: null, waiting: null },
  breaker: { state: 'closed', since: 0, until: null },
  pace: { perSecond: 15, burst: 5, waiting: { live: 0, bulk: 0 }, reserved: 0, isAlone: false },
  ...some,
});

/** A real server on a port of its own, and what it logged. */
export const operate = async (some: Partial<MiddlewareDeps> = {}, deliveries?: DeliveryStore) => {
  const lines: string[] = [];
  const { server, drain } = buildMiddleware({ ...bareDeps(lines, deliveries), ...some });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const send = (path: string, body: unknown) =>
    ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { url, server, drain, lines, ask, send };
};
