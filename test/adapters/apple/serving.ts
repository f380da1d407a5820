import Fastify, { LogController } from 'fastify';
import { strToU8, zipSync } from 'fflate';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import { authenticationToken } from '#adapters/apple/authenticationToken.ts';
import { APPLE } from '#adapters/apple/destination.ts';
import type { PassPackage } from '#adapters/apple/passPackage.ts';
import { appleWebService, type WebServiceDeps } from '#adapters/apple/webService.ts';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { logInbound } from '#adapters/middleware/inboundLog.ts';

export const TYPE = 'pass.example.billfold';
export const TEAM = 'A1B2C3D4E5';
export const TOKEN_KEY = 'token-key-canary-0123456789';
export const PUSH_TOKEN = 'ab'.repeat(32);

export const tokenOf = (memberId: string, key = TOKEN_KEY): string => authenticationToken(key, TYPE, memberId);
export const holderOf = (memberId: string) => ({ authorization: `ApplePass ${tokenOf(memberId)}` });
export const placeOf = (memberId: string) => ({ subject: { type: 'member', memberId }, destination: APPLE }) as const;

/** A clock that stands until it is moved. */
export const standingClock = (now = Date.parse('2026-11-22T10:00:00.250Z')) => {
  const clock = () => now;
  return Object.assign(clock, {
    advance: (ms: number): void => {
      now += ms;
    },
  });
};

export const eventOf = (memberId: string, revision: number): AcceptedEvent => ({
  ...{ id: `${memberId}.${revision}`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' },
  ...{ pass: { memberId, revision, changed: ['tier.name'] }, traceparent: null, correlationId: null },
  content: JSON.stringify({ revision }),
});

/** A zip that says what it is of: what is proven of its content and signature is proven elsewhere. */
export const plainPackage: PassPackage = async ({ memberId, revision }, token) =>
  Buffer.from(
    zipSync(
      { 'pass.json': strToU8(JSON.stringify({ serialNumber: memberId, revision, authenticationToken: token })) },
      { mtime: new Date('2026-01-01T00:00:00Z') },
    ),
  );

type Options = Partial<WebServiceDeps> & {
  readonly clock?: ReturnType<typeof standingClock>;
  readonly deliveries?: DeliveryStore;
};

/** A real server on a port of its own, stores in memory, and what it logged. */
export const startWebService = async (options: Options = {}) => {
  const clock = options.clock ?? standingClock();
  const deliveries = options.deliveries ?? memoryDeliveryStore({ clock, route: () => [APPLE] });
  const registrations = options.registrations ?? memoryRegistrations({ clock });
  const lines: string[] = [];
  const server = Fastify({
    logger: { stream: { write: (line: string) => void lines.push(line) } },
    logController: new LogController({ disableRequestLogging: true }),
    // As the middleware's.
    routerOptions: { maxParamLength: 256 },
  });
  logInbound(server);
  await server.register(
    appleWebService({
      ...{ passTypeIdentifier: TYPE, passPackage: plainPackage, tokenKeys: TE.right([TOKEN_KEY]) },
      ...{ ...options, clock, deliveries, registrations },
    }),
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}/apple/v1${path}`, init);
    return {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
  const issue = (memberId: string, revision: number) => deliveries.accept([eventOf(memberId, revision)]);
  const register = (deviceId: string, memberId: string, pushToken = PUSH_TOKEN) =>
    ask(`/devices/${deviceId}/registrations/${TYPE}/${memberId}`, {
      method: 'POST',
      headers: { ...holderOf(memberId), 'content-type': 'application/json' },
      body: JSON.stringify({ pushToken }),
    });
  const list = async (deviceId: string, tag?: string) => {
    const since = tag === undefined ? '' : `?passesUpdatedSince=${encodeURIComponent(tag)}`;
    const { status, bytes } = await ask(`/devices/${deviceId}/registrations/${TYPE}${since}`);
    return { status, body: status === 200 ? JSON.parse(bytes.toString()) : null };
  };
  const get = (memberId: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    ask(`/passes/${TYPE}/${memberId}`, { method, headers: { ...holderOf(memberId), ...headers } });
  return { url, server, lines, clock, deliveries, registrations, ask, issue, register, list, get };
};
