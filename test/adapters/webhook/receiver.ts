import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { Content, StepOutcome } from '#adapters/delivery/delivery.ts';
import type { Destination, Result, RunStep, Work } from '#adapters/delivery/destination.ts';
import { readEvents } from '#adapters/middleware/readEvents.ts';
import { type Secrets, secretUnavailable } from '#adapters/secrets/secrets.ts';
import { webhookDestination } from '#adapters/webhook/destination.ts';
import { usualLimits, WebhookSettings } from '#adapters/webhook/settings.ts';
import { envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';

export type Got = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};
export type Reply = (response: ServerResponse, got: Got, index: number) => void | Promise<void>;
export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** A real HTTP server on loopback and what it got; with a key and a certificate, over TLS. */
export const receiver = async (
  reply: Reply = answering(204),
  tls?: { readonly key: string; readonly cert: string },
) => {
  const got: Got[] = [];
  const sockets = new Set<unknown>();
  const listener: RequestListener = async (request, response) => {
    sockets.add(request.socket);
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    await reply(response, one, got.push(one) - 1);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    got,
    connections: () => sockets.size,
    server,
  };
};

/** As POST /events would take it. */
export const acceptedFrom = (event: unknown): AcceptedEvent => {
  const events = readEvents(JSON.stringify(event));
  if (E.isLeft(events)) throw new Error(events.left);
  const [one] = events.right;
  if (one === undefined || E.isLeft(one)) throw new Error(one?.left);
  return one.right;
};
export const aPass = (revision = 1): AcceptedEvent => acceptedFrom(envelopeOf(walletEvent(revision)));
export const anEvent = (more: object = {}): AcceptedEvent =>
  acceptedFrom({
    id: 'o-1',
    source: 'shop',
    'detail-type': 'Shipped',
    time: '2026-11-02T09:00:00Z',
    detail: { order: 7 },
    ...more,
  });

export const contentOf = (event: AcceptedEvent): Content =>
  event.pass === null ? { type: 'event', event } : { type: 'card', card: { ...event.pass, event, modifiedAt: 0 } };

export const secretsIn = (values: Readonly<Record<string, readonly string[]>>): Secrets => {
  const of = (name: string) => values[name] ?? [];
  const missing = (name: string) => TE.left(secretUnavailable(name, 'it is not there'));
  return {
    current: (name) => (of(name)[0] === undefined ? missing(name) : TE.right(of(name)[0] ?? '')),
    candidates: (name) => (of(name).length === 0 ? missing(name) : TE.right(of(name))),
  };
};

/** A step tried once, within a time. */
export const once =
  (outcomes: Pick<StepOutcome, 'step' | 'status' | 'reason'>[] = [], withinMs = 5_000): RunStep =>
  async (step, request) => {
    const answer = await request(AbortSignal.timeout(withinMs));
    outcomes.push({ step: step.name, status: answer.status, reason: 'reason' in answer ? answer.reason : null });
    return answer;
  };

type Options = { readonly secrets?: Secrets; readonly ca?: string; readonly clock?: () => number };
export const webhook = (
  settings: object,
  { secrets = secretsIn({}), clock = Date.now, ...more }: Options = {},
): Destination => {
  const decoded = WebhookSettings.decode({ name: 'crm', ...settings });
  if (E.isLeft(decoded))
    throw new Error(decoded.left.map(({ message, context }) => message ?? context.at(-1)?.type.name).join());
  const destination = webhookDestination({ settings: decoded.right, secrets, clock, ...more });
  onTestFinished(() => destination.close());
  return destination;
};

export const deliver = (
  destination: Destination,
  event: AcceptedEvent,
  { run = once(), progress = null }: { readonly run?: RunStep; readonly progress?: unknown } = {},
): Promise<Result> =>
  destination.deliver(
    { content: contentOf(event), lane: event.lane, done: 0, progress, now: Date.now() } satisfies Work,
    run,
  );

export const LIMITS = usualLimits;
