import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, EpochMs } from '#domain/index.ts';
import { apnsClient, type PushCredentials } from '../apple/apns.ts';
import type { Design } from '../apple/design.ts';
import { appleDestination } from '../apple/destination.ts';
import { readIdentity, type SigningIdentity } from '../apple/identity.ts';
import { type PassPackage, passPackage } from '../apple/passPackage.ts';
import type { AppleSettings } from '../apple/settings.ts';
import { appleWebService } from '../apple/webService.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import type { Destination } from '../delivery/destination.ts';
import type { Registrations } from '../delivery/registrations.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { APPLE_CERTIFICATE, APPLE_PUSH_KEY, APPLE_TOKEN_KEY } from './destinations.ts';
import { type Kept, keptSecret, type SecretProblem } from './keptSecret.ts';
import type { PassApiDeps } from './passApi.ts';
import { passFileOf } from './passes.ts';
import type { Routes } from './server.ts';

export type ApplePartsDeps = {
  readonly settings: AppleSettings;
  readonly design: Design;
  readonly secrets: Secrets;
  readonly deliveries: Pick<DeliveryStore, 'card' | 'cards' | 'nudge'>;
  readonly registrations: Registrations;
  readonly clock: Clock;
  readonly onSecretProblem: (problem: SecretProblem) => void;
  /** Whom to trust as APNs, PEM; null: whom everybody trusts. */
  readonly ca: string | null;
};

export type AppleParts = {
  readonly destination: Destination;
  readonly routes: Routes;
  readonly passFile: NonNullable<PassApiDeps['passFile']>;
  readonly certificateEndsAt: () => EpochMs;
};

/** Left: a line for each secret that cannot be used. A certificate that is renewed later counts within a minute, for passes and for pushes. */
export const appleParts = async (deps: ApplePartsDeps): Promise<E.Either<readonly string[], AppleParts>> => {
  const { settings, secrets, deliveries, registrations, clock } = deps;
  const { passTypeIdentifier, apns } = settings;
  const kept = { ...deps, onProblem: deps.onSecretProblem };
  const identity = keptSecret(kept, APPLE_CERTIFICATE, async (pem) => readIdentity(pem, settings, clock()));
  const pushKey = keptSecret(kept, APPLE_PUSH_KEY, async (pem) => readPushKey(pem));
  const tokenKey = keptSecret(kept, APPLE_TOKEN_KEY, async (text) => readTokenKey(text));
  const read = await Promise.all([identity(), tokenKey(), ...(apns.auth === 'certificate' ? [] : [pushKey()])]);
  const problems = read.flatMap((one) => (E.isLeft(one) ? one.left : []));
  const [first] = read;
  if (problems.length > 0 || E.isLeft(first)) return E.left(problems);
  let current = first.right;

  /** That of the moment; a new one that cannot be used changes nothing. */
  const identityNow = async (): Promise<SigningIdentity> => {
    const known = await identity();
    if (E.isRight(known)) current = known.right;
    return current;
  };
  const pack = packagedWith(deps, identityNow);
  const client = apnsClient({
    ...{ settings, clock, ca: deps.ca },
    credentials: () => pushCredentials(settings, identityNow, pushKey),
  });
  const tokenKeys = TE.mapLeft(({ reason }: { readonly reason: string }) => ({ reason }))(
    secrets.candidates(APPLE_TOKEN_KEY),
  );
  return E.right({
    destination: appleDestination({ settings, registrations, apns: client, clock }),
    routes: appleWebService({ passTypeIdentifier, deliveries, registrations, passPackage: pack, tokenKeys, clock }),
    passFile: passFileOf({
      deliveries,
      passPackage: pack,
      passTypeIdentifier,
      tokenKey: secrets.current(APPLE_TOKEN_KEY),
    }),
    certificateEndsAt: () => current.notAfter,
  });
};

/** What is made of an identity is made once. */
const packagedWith = (
  { settings, design }: ApplePartsDeps,
  identityNow: () => Promise<SigningIdentity>,
): PassPackage => {
  let made: { readonly of: SigningIdentity; readonly pack: PassPackage } | null = null;
  return async (card, token) => {
    const identity = await identityNow();
    if (made?.of !== identity) made = { of: identity, pack: passPackage({ ...design, settings, identity }) };
    return made.pack(card, token);
  };
};

const pushCredentials = async (
  { apns, teamIdentifier }: AppleSettings,
  identityNow: () => Promise<SigningIdentity>,
  pushKey: Kept<KeyObject>,
): Promise<E.Either<string, PushCredentials>> => {
  if (apns.auth === 'certificate') return E.right({ type: 'certificate', ...(await identityNow()) });
  const { keyId } = apns.auth;
  const key = await pushKey();
  return E.isLeft(key)
    ? E.left(`${APPLE_PUSH_KEY} cannot be used`)
    : E.right({ type: 'token', keyId, teamIdentifier, key: key.right });
};

const readPushKey = (pem: string): E.Either<readonly string[], KeyObject> => {
  const key = E.tryCatch(
    () => createPrivateKey(pem),
    () => null,
  );
  return E.isRight(key) && key.right.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? key
    : E.left(['expected the .p8 file that Apple gives: a P-256 private key in PEM']);
};

/** Of it tokens are made: whoever guesses it can read every pass. */
const readTokenKey = (text: string): E.Either<readonly string[], string> =>
  text.length >= 24 ? E.right(text) : E.left(['expected at least 24 random characters']);
