import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import { atMost } from '../http/atMost.ts';
import { awsError } from '../http/awsJson.ts';
import { drained } from '../http/drained.ts';
import { isOfOtherOrigin } from '../http/otherOrigin.ts';
import { isOwnHost } from '../http/ownHost.ts';
import type { Place } from './dynoxide.ts';
import { LOOPBACK } from './hosts.ts';

/** What the DynamoDB API takes in one request, with room for what base64 adds. */
export const MOST_BODY_BYTES = 16 * 1024 * 1024;
export const MOST_HEADER_BYTES = 16 * 1024;

export type Gate = { readonly close: () => Promise<void> };

/**
 * Stands where everybody finds the DynamoDB API, before a server that asks nobody and lets every page read its answers. Programs pass, bodies streaming through;
 * what a browser sends for a page does not. Left: the code of why nothing can listen there.
 */
export const openGate = (port: number, hidden: Place): Promise<E.Either<string, Gate>> => {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(SERVER_LIMITS, (request, response) => {
    const refusal = refusalOf(request) ?? (declaredBytes(request) > MOST_BODY_BYTES ? tooLarge : null);
    if (refusal === null) passOn(request, response, { ...hidden, agent });
    else void refuse(request, response, refusal);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      agent.destroy();
    });
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(E.left(error.code ?? error.name)));
    server.listen(port, LOOPBACK, () => resolve(E.right({ close })));
  });
};

/** keepAliveTimeout: longer than clients keep a connection that is idle, so that none is closed under a request. */
export const SERVER_LIMITS = {
  maxHeaderSize: MOST_HEADER_BYTES,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 120_000,
};

type Refusal = { readonly status: number; readonly type: string; readonly message: string };

/** No page is at home here, so a request that comes from any is one too many: also where it says an Origin of this very address. */
export const refusalOf = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): Refusal | null => {
  if (!isOwnHost(headers.host, [])) return accessDenied('Host: expected an address or localhost.');
  if (headers.origin !== undefined || isOfOtherOrigin(headers) || method === 'OPTIONS')
    return accessDenied('A page of a browser sent this: the DynamoDB API of billfold answers none.');
  return null;
};

const accessDenied = (message: string): Refusal => ({ status: 403, type: 'AccessDeniedException', message });
const tooLarge: Refusal = {
  ...{ status: 413, type: 'RequestEntityTooLargeException' },
  message: `expected at most ${MOST_BODY_BYTES} bytes`,
};
const unavailable: Refusal = {
  ...{ status: 503, type: 'ServiceUnavailable' },
  message: 'The DynamoDB server behind this address does not answer.',
};

const declaredBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

const passOn = (request: IncomingMessage, response: ServerResponse, to: Place & { readonly agent: Agent }): void => {
  const asked = httpRequest({
    ...{ ...to, method: request.method, path: request.url },
    headers: without(request.headers, (name) => HOP_BY_HOP.has(name) || name === 'host' || name === 'expect'),
  });
  const giveUp = (refusal: Refusal): void => {
    asked.destroy();
    if (response.writableEnded) return;
    if (response.headersSent) response.destroy();
    else void refuse(request, response, refusal);
  };
  const counted = atMost(MOST_BODY_BYTES).once('error', () => {
    request.unpipe(counted);
    giveUp(tooLarge);
  });
  request.on('error', () => asked.destroy());
  response.once('close', () => response.writableFinished || asked.destroy());
  asked.on('error', () => giveUp(unavailable));
  asked.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answerHeadersOf(answer.headers));
    answer.once('error', () => response.destroy());
    answer.pipe(response);
  });
  request.pipe(counted).pipe(asked);
};

/** Once: what fails after it is the same failure. */
const refuse = async (request: IncomingMessage, response: ServerResponse, refusal: Refusal): Promise<void> => {
  if (response.headersSent || response.destroyed) return;
  const { status, type, message } = refusal;
  const text = awsError(`com.amazonaws.dynamodb.v20120810#${type}`, message);
  response.writeHead(status, {
    ...{ 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(text) },
    connection: 'close',
  });
  response.write(text);
  await drained(request);
  response.end();
};

const answerHeadersOf = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  without(headers, (name) => HOP_BY_HOP.has(name) || name.startsWith('access-control-'));

const without = (headers: IncomingHttpHeaders, isLeftOut: (name: string) => boolean): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isLeftOut(name)));

/** Of one connection, not of what it carries (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
