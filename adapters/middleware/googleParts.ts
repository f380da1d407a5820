import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { Once } from '../delivery/budget.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Destination } from '../delivery/destination.ts';
import { type Callback, callbacks } from '../google/callbacks.ts';
import { googleDestination } from '../google/destination.ts';
import { httpCaller } from '../google/httpCall.ts';
import { rootKeys } from '../google/rootKeys.ts';
import { saveLink } from '../google/saveLink.ts';
import { SERVICE_ACCOUNT, serviceAccountOf } from '../google/serviceAccount.ts';
import type { GoogleSettings } from '../google/settings.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { PassApiDeps } from './passApi.ts';
import { saveLinkOf } from './passes.ts';
import type { Routes } from './server.ts';

export type GooglePartsDeps = {
  readonly settings: GoogleSettings;
  readonly secrets: Secrets;
  readonly deliveries: Pick<DeliveryStore, 'ofMember'>;
  readonly once: Once;
  readonly clock: Clock;
  readonly onCallback: (callback: Callback) => void;
  /** Whom to trust as Google, PEM; null: whom everybody trusts. */
  readonly ca: string | null;
};

export type GoogleParts = {
  readonly destination: Destination;
  readonly routes: Routes;
  readonly saveLink: NonNullable<PassApiDeps['saveLink']>;
};

/** Left: a line for each secret that cannot be used. */
export const googleParts = async (deps: GooglePartsDeps): Promise<E.Either<readonly string[], GoogleParts>> => {
  const { settings, secrets, deliveries, once, clock, onCallback } = deps;
  const account = serviceAccountOf(secrets);
  const read = await account();
  if (E.isLeft(read)) return E.left([`secret ${SERVICE_ACCOUNT}: ${read.left.reason}`]);
  const trusted = deps.ca === null ? {} : { ca: deps.ca };
  const keys = httpCaller({ connections: 1, timeoutMs: KEYS_WITHIN_MS, ...trusted });
  const destination = googleDestination({ settings, secrets, clock, ...trusted });
  const fetchKeys = async (): Promise<string> => {
    const signal = AbortSignal.timeout(KEYS_WITHIN_MS);
    const { status, body } = await keys.call(settings.callbackKeysUrl, { method: 'GET', headers: {}, signal });
    if (status !== 200) throw new Error(`status ${status}`);
    return body;
  };
  return E.right({
    destination: {
      ...destination,
      close: async () => {
        await Promise.all([destination.close(), keys.close()]);
      },
    },
    routes: callbacks({ issuerId: settings.issuerId, rootKeys: rootKeys(fetchKeys, clock), once, onCallback, clock }),
    saveLink: saveLinkOf({ deliveries, saveLink: saveLink({ settings, account, clock }) }),
  });
};

const KEYS_WITHIN_MS = 5_000;
