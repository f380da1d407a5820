import { constants, type OutgoingHttpHeaders } from 'node:http2';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';
import { type PushAnswer, pushAnswer, type Reply } from './apnsAnswer.ts';
import { type Connection, openConnection } from './apnsConnection.ts';
import type { SigningIdentity } from './identity.ts';
import { type PushKey, providerToken } from './providerToken.ts';
import type { AppleSettings } from './settings.ts';

/** Who pushes: the certificate that signs the passes, or a key of the same team. */
export type PushCredentials =
  | ({ readonly type: 'certificate' } & Pick<SigningIdentity, 'leaf' | 'intermediate' | 'key'>)
  | ({ readonly type: 'token' } & PushKey);

export type ApnsDeps = {
  readonly settings: Pick<AppleSettings, 'passTypeIdentifier' | 'apns'>;
  /** Asked again every minute: a renewed certificate gets a connection of its own. Left: why there are none. */
  readonly credentials: () => Promise<E.Either<string, PushCredentials>>;
  /** Whom to trust, as PEM; null: whom everybody trusts. */
  readonly ca: string | null;
  readonly clock: Clock;
  readonly timing?: Partial<typeof usualTiming>;
};

export type Apns = {
  /** Says that a pass has something new. The signal ends it. */
  readonly push: (to: { readonly pushToken: string; readonly id: string }, signal: AbortSignal) => Promise<PushAnswer>;
  /** Waits for what is under way, for a moment. */
  readonly close: () => Promise<void>;
};

/** pingEveryMs: as Apple's own client libraries do. holdOffMs: after a connection that could not be made, doubled each time. */
export const usualTiming = {
  pingEveryMs: 60_000,
  patienceMs: 10_000,
  credentialsForMs: 60_000,
  holdOffMs: 500,
  mostHoldOffMs: 30_000,
};

/**
 * APNs over one connection, which stays: many are taken for an attack (node-pushnotifications issue 55, read November 2026). A push that the peer did not
 * look at, because it went away, goes over the next one at once.
 */
export const apnsClient = (deps: ApnsDeps): Apns => {
  const timing = { ...usualTiming, ...deps.timing };
  const connected = connections(deps, timing);
  const tokenOf = providerToken(deps.clock);
  const { pushType, priority } = deps.settings.apns;
  let isProven = false;
  const meant = (reply: Reply): PushAnswer => {
    const answer = pushAnswer(reply, { now: deps.clock(), isProven });
    isProven ||= answer.answer.type === 'Ok';
    return answer;
  };

  const push: Apns['push'] = async ({ pushToken, id }, signal) => {
    let reply: Reply = { type: 'Broken', reason: 'connection closed' };
    for (let attempt = 0; attempt < MOST_CONNECTIONS && !signal.aborted; attempt++) {
      const opened = await Promise.race([connected.get(), aborted(signal)]);
      if (E.isLeft(opened)) return meant({ type: 'Broken', reason: opened.left });
      const { connection, credentials } = opened.right;
      const headers: OutgoingHttpHeaders = {
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: `/3/device/${pushToken}`,
        ...{ 'apns-topic': deps.settings.passTypeIdentifier, 'apns-push-type': pushType },
        ...{ 'apns-priority': String(priority), 'apns-id': id, 'content-type': 'application/json' },
        ...(credentials.type === 'token' && { authorization: `bearer ${await tokenOf(credentials)}` }),
      };
      const sent = await connection.send(headers, '{}', signal);
      if (sent.type !== 'Unsent') return meant(sent);
      reply = { type: 'Broken', reason: sent.reason };
    }
    return meant(signal.aborted ? { type: 'Broken', reason: 'timeout' } : reply);
  };
  return { push, close: connected.close };
};

/** Nobody waits for a connection longer than for an answer. */
const aborted = (signal: AbortSignal): Promise<E.Either<string, never>> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(E.left('timeout')), { once: true }));

/** A push that as many connections refused to look at is tried again later. */
const MOST_CONNECTIONS = 3;

type Timing = typeof usualTiming;
type Opened = { readonly connection: Connection; readonly credentials: PushCredentials; readonly name: string };

/** The one connection: opened when it is needed, by whoever needs it first, and replaced when it is over or other credentials are to be shown. */
const connections = ({ settings, ca, clock, credentials: read }: ApnsDeps, timing: Timing) => {
  let current: Opened | null = null;
  let opening: Promise<E.Either<string, Opened>> | null = null;
  let known: { readonly credentials: PushCredentials; readonly agoMs: () => number } | null = null;
  let failures = 0;
  let held: { readonly agoMs: () => number; readonly forMs: number } | null = null;
  let why = 'closed';
  let isClosed = false;

  const credentialsNow = async (): Promise<E.Either<string, PushCredentials>> => {
    if (known !== null && known.agoMs() < timing.credentialsForMs) return E.right(known.credentials);
    const credentials = await read();
    // What cannot be read for a while was good until now.
    if (E.isLeft(credentials)) return known === null ? credentials : E.right(known.credentials);
    known = { credentials: credentials.right, agoMs: stopwatch(clock) };
    return credentials;
  };

  const open = async (): Promise<E.Either<string, Opened>> => {
    const credentials = await credentialsNow();
    if (E.isLeft(credentials)) return credentials;
    const name = nameOf(credentials.right);
    if (current?.connection.isOpen() && current.name === name) return E.right(current);
    // Until another one is there, the one there is goes on.
    const inPlace = current?.connection.isOpen() ? current : null;
    if (held !== null && held.agoMs() < held.forMs) return inPlace === null ? E.left(why) : E.right(inPlace);
    const tls = { ...(ca !== null && { ca }), ...tlsOf(credentials.right) };
    const opened = await openConnection({ ...timing, url: settings.apns.url, tls });
    if (E.isLeft(opened)) {
      why = opened.left;
      held = { agoMs: stopwatch(clock), forMs: Math.min(timing.mostHoldOffMs, timing.holdOffMs * 2 ** failures++) };
      return inPlace === null ? opened : E.right(inPlace);
    }
    failures = 0;
    inPlace?.connection.end();
    current = { connection: opened.right, credentials: credentials.right, name };
    if (isClosed) current.connection.destroy();
    return E.right(current);
  };

  const get = async (): Promise<E.Either<string, Opened>> => {
    if (isClosed) return E.left('closed');
    const isFresh = known !== null && known.agoMs() < timing.credentialsForMs;
    if (isFresh && current?.connection.isOpen()) return E.right(current);
    opening ??= open().finally(() => {
      opening = null;
    });
    return opening;
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    current?.connection.end();
    setTimeout(() => current?.connection.destroy(), CLOSE_MS).unref();
  };
  return { get, close };
};

/** What is under way has so long when everything ends. */
const CLOSE_MS = 2_000;

const tlsOf = (credentials: PushCredentials) =>
  credentials.type === 'token'
    ? {}
    : {
        cert: [credentials.leaf, credentials.intermediate].map((certificate) => certificate.toString()).join(''),
        key: credentials.key.export({ type: 'pkcs8', format: 'pem' }),
      };

/** A token is shown with each request: its key needs no connection of its own. */
const nameOf = (credentials: PushCredentials): string =>
  credentials.type === 'token' ? 'token' : credentials.leaf.fingerprint256;
