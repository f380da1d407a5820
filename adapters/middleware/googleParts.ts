import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { Once } from '../delivery/budget.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Destination } from '../delivery/destination.ts';
import type { Callback } from '../google/callbacks.ts';
import { googleWallet } from '../google/google.ts';
import { serviceAccountOf } from '../google/serviceAccount.ts';
import type { GoogleSettings } from '../google/settings.ts';
import { SERVICE_ACCOUNT } from '../google/settings.ts';
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

/** Left: a line for each secret that cannot be used. A service account that is renewed later counts from then on. */
export const googleParts = async (deps: GooglePartsDeps): Promise<E.Either<readonly string[], GoogleParts>> => {
  const { deliveries, ca, ...rest } = deps;
  const account = await serviceAccountOf(deps.secrets)();
  if (E.isLeft(account)) return E.left([`secret ${SERVICE_ACCOUNT}: ${account.left.reason}`]);
  const { destination, saveLink, callbacks } = googleWallet({ ...rest, ...(ca === null ? {} : { ca }) });
  return E.right({ destination, routes: callbacks, saveLink: saveLinkOf({ deliveries, saveLink }) });
};
