import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { SecureContextOptions } from 'node:tls';
import * as E from 'fp-ts/lib/Either.js';
import type { Reply } from './apnsAnswer.ts';

/** Unsent: it was surely not looked at, so it may be sent again at once, elsewhere. */
export type Sent = Reply | { readonly type: 'Unsent'; readonly reason: string };

export type Connection = {
  readonly send: (headers: OutgoingHttpHeaders, body: string, signal: AbortSignal) => Promise<Sent>;
  /** False: what is sent now is unsent. */
  readonly isOpen: () => boolean;
  /** Ends what is under way and takes nothing new. */
  readonly end: () => void;
  readonly destroy: () => void;
};

export type ConnectionOptions = {
  readonly url: string;
  readonly tls: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;
  readonly pingEveryMs: number;
  readonly patienceMs: number;
};

/**
 * One HTTP/2 connection: no more streams at once than its peer allows, the others wait their turn; after GOAWAY, what the peer did not look at is unsent.
 * Left: why there is none, as a code.
 */
export const openConnection = async (options: ConnectionOptions): Promise<E.Either<string, Connection>> => {
  const session = connect(options.url, { ...options.tls, ALPNProtocols: ['h2'] });
  const why = await firstWord(session, options.patienceMs);
  if (why !== null) {
    session.destroy();
    return E.left(why);
  }
  return E.right(connectionOver(session, options));
};

/** The peer's settings come when it accepted our certificate, which TLS 1.3 alone does not say. */
const firstWord = (session: ClientHttp2Session, patienceMs: number): Promise<string | null> =>
  new Promise((resolve) => {
    const late = setTimeout(() => resolve('no answer'), patienceMs);
    const said = (why: string | null): void => {
      clearTimeout(late);
      resolve(why);
    };
    // Stays: an error that nobody hears ends the process.
    session.on('error', (error) => said(codeOf(error)));
    session.once('close', () => said('closed'));
    session.once('remoteSettings', () => said(null));
  });

const connectionOver = (session: ClientHttp2Session, { pingEveryMs, patienceMs }: ConnectionOptions): Connection => {
  const turns: ((isOpen: boolean) => void)[] = [];
  let underWay = 0;
  let isOpen = true;
  let lastLookedAt = Number.POSITIVE_INFINITY;

  const admit = (): void => {
    while (turns.length > 0 && (!isOpen || underWay < (session.remoteSettings.maxConcurrentStreams ?? MOST_STREAMS))) {
      if (isOpen) underWay++;
      turns.shift()?.(isOpen);
    }
  };
  const shut = (): void => {
    isOpen = false;
    admit();
  };
  const destroy = (): void => {
    shut();
    session.destroy();
  };
  session.on('goaway', (_code: number, lastStreamId: number) => {
    lastLookedAt = lastStreamId;
    shut();
    if (!session.destroyed) session.close();
  });
  session.on('close', shut);
  session.on('remoteSettings', admit);
  const pings = setInterval(() => ping(session, patienceMs, destroy), pingEveryMs).unref();
  session.on('close', () => clearInterval(pings));
  let doubted: NodeJS.Timeout | null = null;
  /** Whoever does not answer in time may be gone: it is not waited for until the next ping. */
  const doubt = (): void => {
    if (doubted !== null || session.destroyed) return;
    ping(session, patienceMs, destroy);
    doubted = setTimeout(() => {
      doubted = null;
    }, patienceMs).unref();
  };

  const turn = (signal: AbortSignal): Promise<boolean | 'aborted'> =>
    new Promise((resolve) => {
      const place = (isAdmitted: boolean): void => {
        signal.removeEventListener('abort', leave);
        resolve(isAdmitted);
      };
      const leave = (): void => {
        turns.splice(turns.indexOf(place), 1);
        resolve('aborted');
      };
      signal.addEventListener('abort', leave, { once: true });
      turns.push(place);
      admit();
    });

  const send: Connection['send'] = async (headers, body, signal) => {
    if (signal.aborted) return { type: 'Broken', reason: TIMEOUT };
    const isAdmitted = await turn(signal);
    if (isAdmitted === 'aborted') return { type: 'Broken', reason: TIMEOUT };
    if (!isAdmitted) return { type: 'Unsent', reason: 'connection closed' };
    const stream = requestOver(session, headers, body);
    if (stream === null) {
      underWay--;
      shut();
      return { type: 'Unsent', reason: 'connection closed' };
    }
    // A place is free when its stream is closed: an aborted one is still open until then.
    stream.once('close', () => {
      underWay--;
      admit();
    });
    const sent = await replyOf(stream, signal, () => lastLookedAt);
    if (sent.type === 'Broken' && sent.reason === TIMEOUT) doubt();
    return sent;
  };

  const end = (): void => {
    shut();
    session.close();
  };
  return { send, end, destroy, isOpen: () => isOpen };
};

const TIMEOUT = 'timeout';

/** Where the peer names none (RFC 9113, section 5.1.2 recommends no fewer than this). */
const MOST_STREAMS = 100;

const ping = (session: ClientHttp2Session, patienceMs: number, destroy: () => void): void => {
  const late = setTimeout(destroy, patienceMs).unref();
  const isSent = !session.destroyed && session.ping((error) => (error === null ? clearTimeout(late) : destroy()));
  if (!isSent) destroy();
};

const requestOver = (
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: string,
): ClientHttp2Stream | null => {
  try {
    const stream = session.request({ ...headers, 'content-length': Buffer.byteLength(body) });
    stream.on('error', () => undefined);
    stream.end(body);
    return stream;
  } catch {
    return null;
  }
};

const replyOf = (stream: ClientHttp2Stream, signal: AbortSignal, lastLookedAt: () => number): Promise<Sent> =>
  new Promise((resolve) => {
    let answer: { readonly status: number; readonly retryAfter: string | null } | null = null;
    let body = '';
    const abort = (): void => {
      stream.close(constants.NGHTTP2_CANCEL);
      resolve({ type: 'Broken', reason: TIMEOUT });
    };
    signal.addEventListener('abort', abort, { once: true });
    stream.setEncoding('utf8');
    stream.on('response', (headers) => {
      answer = { status: Number(headers[':status']), retryAfter: headers['retry-after'] ?? null };
    });
    stream.on('data', (text: string) => {
      if (body.length < MOST_BODY) body += text;
    });
    stream.on('close', () => {
      signal.removeEventListener('abort', abort);
      if (answer !== null) return resolve({ type: 'Answered', ...answer, body });
      // Refused streams were not looked at, nor were those above the last one that GOAWAY names (RFC 9113, sections 8.7 and 6.8).
      const isUnsent =
        stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || (stream.id ?? Number.POSITIVE_INFINITY) > lastLookedAt();
      resolve({ type: isUnsent ? 'Unsent' : 'Broken', reason: isUnsent ? 'not looked at' : `reset ${stream.rstCode}` });
    });
  });

/** Reasons are a line. */
const MOST_BODY = 4_096;

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);
