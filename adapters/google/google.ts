import type { FastifyInstance } from 'fastify';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Clock } from '#domain/index.ts';
import type { Once } from '../delivery/budget.ts';
import type { Destination } from '../delivery/destination.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { type Callback, callbacks } from './callbacks.ts';
import { googleDestination } from './destination.ts';
import { type HttpCaller, httpCaller } from './httpCall.ts';
import { rootKeys } from './rootKeys.ts';
import { saveLink } from './saveLink.ts';
import { type AccountUnusable, serviceAccountOf } from './serviceAccount.ts';
import type { GoogleSettings } from './settings.ts';

export type GoogleDeps = {
  readonly settings: GoogleSettings;
  /** google-service-account. */
  readonly secrets: Pick<Secrets, 'current'>;
  readonly once: Once;
  /** Told of each save and deletion once; nobody waits for it. */
  readonly onCallback: (callback: Callback) => void;
  readonly clock: Clock;
  /** PEM, instead of the usual authorities: of a stand-in. */
  readonly ca?: string;
};

export type Google = {
  readonly destination: Destination;
  /** The address at which a member saves the card, which has to be delivered before. */
  readonly saveLink: (memberId: string) => TaskEither<AccountUnusable, string>;
  /** POST /google/callbacks. */
  readonly callbacks: (server: FastifyInstance) => Promise<void>;
};

/** All of Google Wallet, on one set of connections, which the destination closes. */
export const googleWallet = ({ settings, secrets, once, onCallback, clock, ca }: GoogleDeps): Google => {
  const { limits, issuerId } = settings;
  const authority = ca === undefined ? {} : { ca };
  const http = httpCaller({ connections: limits.concurrent, timeoutMs: limits.tryTimeoutMs, ...authority });
  const account = serviceAccountOf(secrets);
  const keys = rootKeys(() => fetchKeys(http, settings.callbackKeysUrl), clock);
  return {
    destination: googleDestination({ settings, account, http, clock }),
    saveLink: saveLink({ settings, account, clock }),
    callbacks: callbacks({ issuerId, rootKeys: keys, once, onCallback, clock }),
  };
};

const fetchKeys = async ({ call }: HttpCaller, url: string): Promise<string> => {
  const { status, body } = await call(url, { method: 'GET', headers: {}, signal: AbortSignal.timeout(KEYS_MS) });
  if (status !== 200) throw new Error(`keys: ${status}`);
  return body;
};
const KEYS_MS = 5_000;
