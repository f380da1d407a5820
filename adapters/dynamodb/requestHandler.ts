import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type RequestLimits = {
  readonly maxSockets: number;
  /** Until a new connection stands, its TLS included. */
  readonly connectionTimeoutMs: number;
  /** From the call to the last byte of the answer. */
  readonly requestTimeoutMs: number;
};

/** What the SDK hands over, as far as DynamoDB's protocol uses it: no query, no stream. */
export type OutboundRequest = {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
};

type Answer = {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
};

export type RequestHandler = {
  readonly metadata: { readonly handlerProtocol: string };
  readonly handle: (
    request: OutboundRequest,
    options?: { readonly abortSignal?: AbortSignal | undefined },
  ) => Promise<{ readonly response: Answer }>;
  readonly destroy: () => void;
};

/**
 * The SDK's requests over node's own connections, each answer read whole. Fails as the SDK's own handler does, by names that its
 * retries know: TimeoutError where the connection broke or time ran out, AbortError. So does an answer that is not whole.
 */
export const requestHandler = ({ maxSockets, ...limits }: RequestLimits): RequestHandler => {
  const http = new HttpAgent({ keepAlive: true, maxSockets });
  const https = new HttpsAgent({ keepAlive: true, maxSockets });
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: (request, { abortSignal } = {}) =>
      new Promise((resolve, reject) => {
        if (abortSignal?.aborted === true) return reject(aborted(abortSignal));
        const sent = request.protocol === 'https:' ? httpsRequest(to(request, https)) : httpRequest(to(request, http));

        const fail = (error: Error): void => {
          over();
          reject(recognised(error));
          sent.destroy();
        };
        const stopWaiting = after(limits.requestTimeoutMs, () => fail(timedOut('no answer', limits.requestTimeoutMs)));
        const abort = (): void => fail(aborted(abortSignal));
        const over = (): void => {
          stopWaiting();
          abortSignal?.removeEventListener('abort', abort);
        };

        abortSignal?.addEventListener('abort', abort);
        limitConnecting(sent, request.protocol, limits.connectionTimeoutMs, fail);
        sent.on('error', fail);
        sent.on('response', (answer) =>
          readWhole(answer, fail, (body) => {
            over();
            resolve({ response: { statusCode: answer.statusCode ?? 0, headers: answer.headers, body } });
          }),
        );
        sent.end(request.body);
      }),
    destroy: () => {
      http.destroy();
      https.destroy();
    },
  };
};

const to = ({ method, hostname, port, path, headers }: OutboundRequest, agent: HttpAgent) => ({
  agent,
  method,
  host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
  port,
  path,
  headers,
});

/** Only a connection that is being made can take too long to be made: most requests find one that stands. */
const limitConnecting = (
  sent: ClientRequest,
  protocol: string,
  timeoutMs: number,
  fail: (error: Error) => void,
): void => {
  sent.on('socket', (socket) => {
    if (!socket.connecting) return;
    const stop = after(timeoutMs, () => fail(timedOut('no connection', timeoutMs)));
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', stop);
    socket.once('close', stop);
  });
};

/**
 * Returns what calls it off. Time that this process was too busy to look is given once more: what came meanwhile waits behind the timers, and a server that
 * answered at once was taken for one that does not.
 */
const after = (ms: number, late: () => void): (() => void) => {
  const dueAt = performance.now() + ms;
  let timer = setTimeout(() => {
    timer = setTimeout(late, Math.min(ms, performance.now() - dueAt));
  }, ms);
  return () => clearTimeout(timer);
};

const readWhole = (answer: IncomingMessage, fail: (error: Error) => void, done: (body: Uint8Array) => void): void => {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.on('error', fail);
  answer.on('end', () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
};

const timedOut = (what: string, afterMs: number): Error =>
  Object.assign(new Error(`${what} within ${afterMs} ms`), { name: 'TimeoutError', code: 'ETIMEDOUT' });

const aborted = (signal: AbortSignal | undefined): Error =>
  Object.assign(new Error('Request aborted', { cause: signal?.reason }), { name: 'AbortError' });

/** A connection that broke: the SDK calls it so, and sends again. */
const recognised = (error: Error): Error =>
  'code' in error && BROKEN.has(String(error.code)) ? Object.assign(error, { name: 'TimeoutError' }) : error;
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
