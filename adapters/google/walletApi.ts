import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Clock } from '#domain/index.ts';
import type { Answer, RunStep } from '../delivery/destination.ts';
import type { AccessTokens } from './accessToken.ts';
import { answerOf, faultOf } from './answer.ts';
import type { Call } from './httpCall.ts';

/** hasUsers: somebody saved it; null: not said. messageIds: of the messages on it. */
export type SavedObject = { readonly hasUsers: boolean | null; readonly messageIds: readonly string[] };
export type Fields = Readonly<Record<string, unknown>>;

export type Message = {
  readonly id: string;
  readonly header: string;
  readonly body: string;
  readonly messageType: 'TEXT' | 'TEXT_AND_NOTIFY';
};

/** One request, that can be tried again and again. bytes: of its body. */
export type WalletCall<Value> = {
  readonly bytes: number;
  readonly send: (signal: AbortSignal) => Promise<Answer<Value>>;
};

/** What is used of walletobjects v1. One request each; an id that is taken is Refused 409, one that is not there Refused 404. */
export type WalletApi = {
  readonly getClass: (id: string) => WalletCall<Fields>;
  readonly insertClass: (fields: Fields) => WalletCall<Fields>;
  readonly patchClass: (id: string, fields: Fields) => WalletCall<Fields>;
  readonly getObject: (id: string) => WalletCall<Fields>;
  readonly insertObject: (fields: Fields) => WalletCall<SavedObject>;
  /** Only what is sent changes; null takes a field away, an array is replaced as a whole (Google Wallet, Performance tips). */
  readonly patchObject: (id: string, fields: Fields) => WalletCall<SavedObject>;
  readonly addMessage: (id: string, message: Message) => WalletCall<SavedObject>;
};

export type WalletApiDeps = {
  /** https://walletobjects.googleapis.com, or where a stand-in is. */
  readonly url: string;
  readonly tokens: AccessTokens;
  readonly call: Call;
  readonly clock: Clock;
};

export const walletApi = (deps: WalletApiDeps): WalletApi => {
  const call = <Value>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    read: (body: unknown) => Value | null,
    fields?: object,
  ): WalletCall<Value> => {
    const url = `${deps.url.replace(/\/$/, '')}/walletobjects/v1/${path}`;
    const body = fields === undefined ? null : JSON.stringify(fields);
    return {
      bytes: body === null ? 0 : Buffer.byteLength(body),
      send: (signal) => authorized(deps, { method, url, body, signal }, read),
    };
  };
  const at = (kind: 'loyaltyClass' | 'loyaltyObject', id: string) => `${kind}/${encodeURIComponent(id)}`;
  return {
    getClass: (id) => call('GET', at('loyaltyClass', id), fieldsIn),
    insertClass: (fields) => call('POST', 'loyaltyClass', fieldsIn, fields),
    patchClass: (id, fields) => call('PATCH', at('loyaltyClass', id), fieldsIn, fields),
    getObject: (id) => call('GET', at('loyaltyObject', id), fieldsIn),
    insertObject: (fields) => call('POST', `loyaltyObject?${SHORT}`, savedIn, fields),
    patchObject: (id, fields) => call('PATCH', `${at('loyaltyObject', id)}?${SHORT}`, savedIn, fields),
    addMessage: (id, message) =>
      call('POST', `${at('loyaltyObject', id)}/addMessage?fields=resource(id,hasUsers)`, savedInResource, { message }),
  };
};

/**
 * As a step of a delivery. Where Google does not know the token any more it is taken once more with another one: a step of its own, so that it waits for its
 * turn as any request does.
 */
export const runCall = async <Value>(
  run: RunStep,
  step: { readonly name: string; readonly of?: string },
  { bytes, send }: WalletCall<Value>,
): Promise<Answer<Value>> => {
  const answer = await run({ ...step, bytes }, send);
  const isTokenOld = answer.type === 'Refused' && answer.reason === TOKEN_UNKNOWN;
  return isTokenOld ? run({ ...step, bytes }, send) : answer;
};
const TOKEN_UNKNOWN = 'token unknown';

/** Without it each answer is the whole card, and its class with it. */
const SHORT = 'fields=id,hasUsers,messages(id)';

type Request = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly body: string | null;
  readonly signal: AbortSignal;
};

const authorized = async <Value>(
  { tokens, call, clock }: WalletApiDeps,
  { method, url, body, signal }: Request,
  read: (body: unknown) => Value | null,
): Promise<Answer<Value>> => {
  try {
    const token = await tokens.take();
    if (token.type !== 'Ok') return token;
    const headers = { authorization: `Bearer ${token.value}`, accept: 'application/json' };
    const sent = body === null ? { headers } : { headers: { ...headers, ...JSON_BODY }, body };
    const response = await call(url, { method, signal, ...sent });
    if (response.status !== 401) return answerOf(response, clock(), read);
    tokens.drop(token.value);
    return { type: 'Refused', status: 401, reason: TOKEN_UNKNOWN };
  } catch (error) {
    return faultOf(error);
  }
};
const JSON_BODY = { 'content-type': 'application/json; charset=utf-8' };

const FieldsCodec = t.UnknownRecord;
const fieldsIn = (body: unknown): Fields | null => (FieldsCodec.is(body) ? body : null);

const Saved = t.partial({ hasUsers: t.boolean, messages: t.array(t.partial({ id: t.string })) });
const savedIn = (body: unknown): SavedObject | null => {
  const saved = Saved.decode(body);
  if (E.isLeft(saved)) return null;
  const { hasUsers = null, messages = [] } = saved.right;
  return { hasUsers, messageIds: messages.flatMap(({ id }) => id ?? []) };
};
const savedInResource = (body: unknown): SavedObject | null =>
  t.type({ resource: t.unknown }).is(body) ? savedIn(body.resource) : null;
