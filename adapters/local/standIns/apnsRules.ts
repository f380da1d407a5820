import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders, ServerHttp2Session } from 'node:http2';
import { TLSSocket } from 'node:tls';
import { jwtVerify } from 'jose';
import type { EpochMs } from '#domain/index.ts';

/** What APNs answers; nothing but a status: it took it. */
export type ApnsVerdict = {
  readonly status: number;
  readonly reason?: string;
  readonly timestamp?: EpochMs;
  readonly retryAfter?: string;
};

/** Who may push what, to whom. */
export type ApnsRules = {
  readonly topic: string;
  /** null: certificates only. */
  readonly pushKey?: { readonly keyId: string; readonly key: KeyObject } | null;
  readonly pushTokens: ReadonlySet<string>;
  /** Of tokens that are not among them. gone: as of phones that were wiped. taken: of whoever registered by other means, such as curl. */
  readonly strangers?: 'gone' | 'taken';
};
type Asked = { readonly session: ServerHttp2Session; readonly headers: IncomingHttpHeaders; readonly body: string };

/** The first thing that is wrong with a push ("Sending notification requests to APNs", read November 2026). */
export const judge = async (rules: ApnsRules, { session, headers, body }: Asked): Promise<ApnsVerdict> => {
  const pushToken = pushTokenIn(headers);
  if (headers[':method'] !== 'POST') return { status: 405, reason: 'MethodNotAllowed' };
  if (pushToken === null) return { status: 404, reason: 'BadPath' };
  const stranger = await strangerOf(rules, session, headers);
  if (stranger !== null) return stranger;
  if (headers['apns-topic'] === undefined) return { status: 400, reason: 'MissingTopic' };
  if (headers['apns-topic'] !== rules.topic) return { status: 400, reason: 'BadTopic' };
  const wrong = HEADERS.find(({ name, expected }) => !expected.test(String(headers[name] ?? '')));
  if (wrong !== undefined) return { status: 400, reason: wrong.reason };
  if (body === '') return { status: 400, reason: 'PayloadEmpty' };
  if (body.length > 4_096) return { status: 413, reason: 'PayloadTooLarge' };
  // Passes are told of nothing: the payload is an empty dictionary.
  if (body !== '{}') return { status: 400, reason: 'BadPayload' };
  if (rules.strangers === 'taken') return { status: 200 };
  if (!/^(?:[\da-f]{2}){4,100}$/i.test(pushToken)) return { status: 400, reason: 'BadDeviceToken' };
  if (!rules.pushTokens.has(pushToken)) return { status: 410, reason: 'Unregistered', timestamp: Date.now() };
  return { status: 200 };
};

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
const HEADERS = [
  { name: 'apns-id', expected: UUID, reason: 'BadMessageId' },
  { name: 'apns-priority', expected: /^(?:1|5|10)$/, reason: 'BadPriority' },
  { name: 'apns-push-type', expected: /^(?:background|alert)$/, reason: 'InvalidPushType' },
];

/** Who may push: whoever shows the topic's certificate, or a token of its key that is not an hour old. null: that one. */
const strangerOf = async (
  { topic, pushKey }: ApnsRules,
  { socket }: ServerHttp2Session,
  { authorization }: IncomingHttpHeaders,
): Promise<ApnsVerdict | null> => {
  const isSigned = socket instanceof TLSSocket && socket.authorized;
  const subject = isSigned ? Object(socket.getPeerCertificate().subject) : {};
  if (isSigned) return subject.UID === topic ? null : { status: 403, reason: 'BadCertificate' };
  if (pushKey === null || pushKey === undefined || authorization === undefined)
    return { status: 403, reason: 'MissingProviderToken' };
  const token = await jwtVerify(authorization.replace(/^bearer /, ''), pushKey.key, {
    ...{ algorithms: ['ES256'], maxTokenAge: 3_600, requiredClaims: ['iss'] },
  }).catch(() => null);
  return token?.protectedHeader.kid === pushKey.keyId ? null : { status: 403, reason: 'InvalidProviderToken' };
};

/** null: it is no address of a device. */
export const pushTokenIn = (headers: IncomingHttpHeaders): string | null =>
  /^\/3\/device\/([^/]*)$/.exec(String(headers[':path']))?.[1] ?? null;
