import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, request as send } from 'undici';
import type { Clock, EpochMs } from '#domain/index.ts';
import { boundedRate } from '../../http/boundedRate.ts';
import { type CallName, type Fault, faults, type Order } from './googleFaults.ts';
import { callbackSigner, googleAccount } from './googleKeys.ts';
import { isResource, type Kind, onlyFields } from './googleRules.ts';
import { googleStore, type Kept, type Outcome } from './googleStore.ts';
import { type Parsed, parse, parsedResource, type Reply, refused, write } from './googleWire.ts';

export type GoogleOptions = {
  readonly issuerId: string;
  /** PEM: of localhost. */
  readonly tls: Pick<ServerOptions, 'key' | 'cert'>;
  readonly clock: Clock;
  readonly port?: number;
  /** Google's one number. */
  readonly perSecond?: number;
  /** PEM of who signed the certificates of those it calls back. */
  readonly ca?: string;
};

export type SeenCall = {
  readonly at: EpochMs;
  readonly call: CallName;
  readonly id: string | null;
  readonly status: number;
};

export type GoogleStandIn = {
  readonly url: string;
  readonly keysUrl: string;
  /** The text of the secret google-service-account. */
  readonly serviceAccount: () => string;
  readonly rotateKey: () => void;
  readonly revokeTokens: () => void;
  readonly object: (id: string) => Kept | undefined;
  readonly loyaltyClass: (id: string) => Kept | undefined;
  readonly objects: () => readonly Kept[];
  /** The last ten thousand; status 0: cut off. */
  readonly seen: () => readonly SeenCall[];
  readonly order: (order: Order) => void;
  readonly mend: () => void;
  /** A holder takes the card into a wallet, or out of it: calls back where the class says so. The status of that, null: no call. */
  readonly hold: (objectId: string, isSaved: boolean) => Promise<number | null>;
  /** As it would be sent. */
  readonly signedCallback: (message: object, recipient?: string) => string;
  readonly close: () => Promise<void>;
};

/**
 * Google Wallet on loopback: OAuth tokens for signed assertions, loyalty classes and objects with the semantics of walletobjects v1, save links, callbacks
 * and the keys that sign them. In memory, and it can be told to fail.
 */
export const startGoogle = async (options: GoogleOptions): Promise<GoogleStandIn> => {
  const { issuerId, tls, clock, port = 0, perSecond = 20, ca } = options;
  const store = googleStore({ issuerId, clock });
  const account = googleAccount(clock);
  const signer = callbackSigner(clock);
  const ordered = faults();
  const waitFor = boundedRate({ perSecond, burst: perSecond }, 1, clock);
  const agent = new Agent({ connect: { ...(ca !== undefined && { ca }) } });
  const seen: SeenCall[] = [];
  const url = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const hold = async (objectId: string, isSaved: boolean): Promise<number | null> => {
    const kept = store.hold(objectId, isSaved);
    const classId = String(kept?.resource.classId);
    const options = store.find('loyaltyClass', classId)?.resource.callbackOptions;
    if (!isResource(options) || typeof options.url !== 'string') return null;
    const message = {
      classId,
      objectId,
      eventType: isSaved ? 'save' : 'del',
      expTimeMillis: clock() + 3_600_000,
      nonce: randomUUID(),
    };
    const answer = await send(options.url, {
      ...{
        method: 'POST',
        dispatcher: agent,
        headers: { 'content-type': 'application/json', 'user-agent': 'Googlebot' },
      },
      body: signer.signed(issuerId, message),
    });
    await answer.body.dump();
    return answer.statusCode;
  };

  const answerOf = async (call: Parsed, incoming: IncomingMessage): Promise<Reply> => {
    if (call.name === 'keys') return { status: 200, body: JSON.parse(signer.keys()) };
    if (call.name === 'token') {
      const given = await account.exchange(new URLSearchParams(call.text).get('assertion') ?? '', url());
      if (given === null)
        return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
      return {
        status: 200,
        body: { access_token: given.token, expires_in: given.lastsMs / 1_000, token_type: 'Bearer' },
      };
    }
    if (call.name === 'save') {
      const ids = await account.savedBy(call.id ?? '');
      if (ids === null || ids.some((id) => store.find('loyaltyObject', id) === undefined))
        return refused({ status: 400, reason: 'invalid' });
      for (const id of ids) await hold(id, true);
      return { status: 200, body: { saved: ids } };
    }
    if (!account.isKnown(incoming.headers.authorization)) return refused({ status: 401, reason: 'authError' });
    if (waitFor(issuerId) !== null) return refused({ status: 429, reason: 'rateLimitExceeded' }, 'usageLimits');
    return call.kind === null ? refused({ status: 404, reason: 'notFound' }) : resourceAnswer(call.kind, call);
  };

  const resourceAnswer = (kind: Kind, { verb, id, text, query }: Parsed): Reply => {
    const body = text === '' ? {} : parsedResource(text);
    if (body === null) return refused({ status: 400, reason: 'parseError' });
    const done = (outcome: Outcome): Reply =>
      'status' in outcome ? refused(outcome) : { status: 200, body: onlyFields(outcome.resource, query.get('fields')) };
    if (verb === 'insert') return done(store.insert(kind, body));
    if (verb === 'list') return { status: 200, body: { resources: store.all(kind).map(({ resource }) => resource) } };
    if (id === null) return refused({ status: 404, reason: 'notFound' });
    if (verb === 'patch' || verb === 'update') return done(store.change(kind, id, body, verb === 'update'));
    if (verb === 'addMessage') {
      const outcome = store.addMessage(kind, id, body.message);
      return 'status' in outcome ? refused(outcome) : done({ resource: { resource: outcome.resource } });
    }
    const kept = store.find(kind, id);
    return kept === undefined
      ? refused({ status: 404, reason: 'resourceNotFound' })
      : done({ resource: kept.resource });
  };

  const handle = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const call = await parse(incoming);
    const note = (status: number): void => {
      if (seen.length >= SEEN) seen.shift();
      seen.push({ at: clock(), call: call.name, id: call.id, status });
    };
    const fault: Fault | null = ordered.next(call.name);
    if (fault?.type === 'Stall') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref());
    if (fault?.type === 'Status') {
      note(fault.status);
      return write(
        reply,
        refused({ status: fault.status, reason: fault.reason ?? 'backendError' }, fault.domain),
        fault.retryAfter,
      );
    }
    if (fault?.type !== 'Reset' || fault.isDone === true) {
      const answer = await answerOf(call, incoming);
      note(answer.status);
      if (fault?.type !== 'Reset') return write(reply, answer);
    } else note(0);
    incoming.socket.destroy();
  };

  const server = createServer(tls, (incoming, reply) => {
    handle(incoming, reply).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: url(),
    keysUrl: `${url()}/gp/m/issuer/keys`,
    serviceAccount: () => account.file(url()),
    rotateKey: account.rotate,
    revokeTokens: account.revokeTokens,
    object: (id) => store.find('loyaltyObject', id),
    loyaltyClass: (id) => store.find('loyaltyClass', id),
    objects: () => store.all('loyaltyObject'),
    seen: () => seen,
    order: ordered.order,
    mend: ordered.mend,
    hold,
    signedCallback: (message, recipient = issuerId) => signer.signed(recipient, message),
    close: async () => {
      await agent.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const SEEN = 10_000;
