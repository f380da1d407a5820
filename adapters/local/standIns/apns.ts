import type { KeyObject } from 'node:crypto';
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { EpochMs } from '#domain/index.ts';
import { type ApnsRules, type ApnsVerdict, judge, pushTokenIn } from './apnsRules.ts';
import type { Certificates } from './certificates.ts';

/**
 * What happens to a push instead of being taken, once. goaway: this one and what comes after it on that connection is not looked at. swallow: 200, and the
 * device hears nothing.
 */
export type ApnsFault =
  | { readonly type: 'answer'; readonly status: number; readonly reason: string; readonly retryAfter?: string }
  | { readonly type: 'gone'; readonly timestamp: EpochMs }
  | { readonly type: 'goaway'; readonly code?: number }
  | { readonly type: 'reset' | 'stall' | 'hangUp' | 'swallow' };

/** A push as it came, and what was answered; null: nothing was. connection: the how manieth. */
export type SeenPush = {
  readonly pushToken: string;
  readonly id: string;
  readonly connection: number;
  readonly status: number | null;
  /** Of the answer. */
  readonly at: EpochMs;
};

export type ApnsOptions = Pick<ApnsRules, 'strangers'> & {
  readonly certificates: Pick<Certificates, 'root' | 'loopback'>;
  /** What passes are pushed for; the certificate shown has to be of it. */
  readonly topic: string;
  /** null: certificates only. */
  readonly pushKey?: { readonly keyId: string; readonly key: KeyObject } | null;
  readonly port?: number;
  readonly maxConcurrentStreams?: number;
  /** Each answer takes so long. */
  readonly answerAfterMs?: number;
  readonly onPush?: (pushToken: string) => void;
};

export type ApnsStandIn = {
  readonly url: string;
  /** Devices that are there; what is not among them is unregistered. */
  readonly pushTokens: Set<string>;
  /** Taken from the front, one for each push. */
  readonly faults: ApnsFault[];
  readonly seen: readonly SeenPush[];
  /** Connections so far, and the most streams that were open on one at a time. */
  readonly counts: { readonly connections: number; readonly mostStreams: number };
  /** True: nobody gets a connection, and those there are end. */
  readonly refuse: (isRefusing: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * APNs as far as passes need it, on loopback: HTTP/2 over TLS with a certificate from the client, or a token; what is sent is checked as Apple's documents say
 * it has to be. It forgets everything when it ends.
 */
export const startApns = async (options: ApnsOptions): Promise<ApnsStandIn> => {
  const pushTokens = new Set<string>();
  const faults: ApnsFault[] = [];
  const seen: SeenPush[] = [];
  const counts = { connections: 0, mostStreams: 0 };
  const sessions = new Set<ServerHttp2Session>();

  const onSession = (session: ServerHttp2Session): void => {
    const connection = ++counts.connections;
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    let lastLookedAt = Number.POSITIVE_INFINITY;
    let open = 0;
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      counts.mostStreams = Math.max(counts.mostStreams, ++open);
      stream.once('close', () => open--);
      const id = Number(stream.id);
      if (id > lastLookedAt) return;
      const fault = faults.shift();
      const pushToken = pushTokenIn(headers) ?? '';
      const note = (status: number | null): void => {
        seen.push({ pushToken, id: String(headers['apns-id'] ?? ''), connection, status, at: Date.now() });
        if (seen.length > MOST_SEEN) seen.shift();
      };
      if (fault?.type === 'goaway') {
        lastLookedAt = id - 1;
        session.goaway(fault.code ?? constants.NGHTTP2_NO_ERROR, Math.max(0, id - 2));
        // What was looked at before is still answered.
        setTimeout(() => session.destroy(), GOODBYE_MS + (options.answerAfterMs ?? 0));
        return;
      }
      if (fault?.type === 'stall' || fault?.type === 'reset' || fault?.type === 'hangUp') {
        note(null);
        if (fault.type === 'reset') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
        if (fault.type === 'hangUp') session.destroy();
        return;
      }
      void bodyOf(stream).then(async (body) => {
        const verdict =
          fault?.type === 'answer' || fault?.type === 'gone'
            ? verdictOf(fault)
            : await judge({ ...options, pushTokens }, { session, headers, body });
        setTimeout(() => {
          if (stream.destroyed) return note(null);
          note(verdict.status);
          respond(stream, headers, verdict);
          if (verdict.status === 200 && fault === undefined) options.onPush?.(pushToken);
        }, options.answerAfterMs ?? 0);
      });
    });
  };

  const listen = async (port: number): Promise<Http2SecureServer> => {
    const server = createSecureServer({
      ...{ key: options.certificates.loopback.key, cert: options.certificates.loopback.certificate },
      ...{ ca: options.certificates.root.certificate, requestCert: true, rejectUnauthorized: !options.pushKey },
      ...(options.maxConcurrentStreams !== undefined && {
        settings: { maxConcurrentStreams: options.maxConcurrentStreams },
      }),
    });
    server.on('session', onSession);
    server.on('sessionError', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return server;
  };
  const shut = async (server: Http2SecureServer): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const session of sessions) session.destroy();
    await closed;
  };

  let server: Http2SecureServer | null = await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const refuse: ApnsStandIn['refuse'] = async (isRefusing) => {
    if (isRefusing && server !== null) await shut(server);
    server = isRefusing ? null : (server ?? (await listen(port)));
  };
  return { url: `https://127.0.0.1:${port}`, pushTokens, faults, seen, counts, refuse, close: () => refuse(true) };
};

const MOST_SEEN = 10_000;
const GOODBYE_MS = 50;

const verdictOf = (fault: Extract<ApnsFault, { readonly type: 'answer' | 'gone' }>): ApnsVerdict =>
  fault.type === 'gone' ? { status: 410, reason: 'Unregistered', timestamp: fault.timestamp } : fault;

const bodyOf = async (stream: ServerHttp2Stream): Promise<string> => {
  let body = '';
  stream.setEncoding('utf8');
  try {
    for await (const text of stream) body += text;
  } catch {
    // It was ended by whoever sent it.
  }
  return body;
};

const respond = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, verdict: ApnsVerdict): void => {
  const { status, reason, timestamp, retryAfter } = verdict;
  const id = headers['apns-id'];
  stream.respond({
    ':status': status,
    ...(typeof id === 'string' && { 'apns-id': id }),
    ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
  });
  stream.end(status === 200 ? undefined : JSON.stringify({ reason, timestamp }));
};
