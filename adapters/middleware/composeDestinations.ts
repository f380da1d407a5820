import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Clock, EpochMs, ReadFailure } from '#domain/index.ts';
import type { Budget, Once } from '../delivery/budget.ts';
import type { DeliveryStore, Route } from '../delivery/deliveryStore.ts';
import type { Destination } from '../delivery/destination.ts';
import { type Engine, engineOf } from '../delivery/engine.ts';
import type { OnMetric, Tell } from '../delivery/outbound.ts';
import type { Registrations } from '../delivery/registrations.ts';
import type { Callback } from '../google/callbacks.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { webhookSecretProblems } from '../webhook/secretProblems.ts';
import type { AppleParts } from './appleParts.ts';
import type { GoogleParts } from './googleParts.ts';
import type { SecretProblem } from './keptSecret.ts';
import type { LoadedDestinations } from './loadDestinations.ts';
import type { PassApiDeps } from './passApi.ts';
import type { Routes } from './server.ts';
import { wakingStore } from './wakingStore.ts';

export type Stores = {
  readonly deliveries: DeliveryStore;
  readonly registrations: Registrations;
  readonly budget: Budget;
  readonly once: Once;
  /** Takes in once more what an earlier version took in and had no queue for. How much. */
  readonly adopt: TaskEither<ReadFailure, number>;
};

export type CompositionDeps = {
  readonly loaded: LoadedDestinations;
  readonly secrets: Secrets;
  /** Over what is wanted by whom. */
  readonly stores: (route: Route) => Stores;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: Tell;
  readonly onMetric: OnMetric;
  /** While it runs: what was good goes on being used. */
  readonly onSecretProblem: (problem: SecretProblem) => void;
  readonly onCallback: (callback: Callback) => void;
  /** Whom to trust instead of everybody's authorities, PEM: stand-ins. */
  readonly trust?: { readonly apns?: string; readonly google?: string; readonly webhooks?: string };
};

/** Everything that destinations need and serve, put together once for every place that runs them. */
export type Composed = Stores &
  PassApiDeps & {
    readonly destinations: readonly Destination[];
    readonly engine: Engine;
    readonly routes: readonly Routes[];
    readonly certificateEndsAt: () => EpochMs | null;
    /** Of destinations; when the engine has drained. */
    readonly close: () => Promise<void>;
  };

/** Left: a line for each secret that is missing or wrong, of all destinations at once; nothing was opened. The code of a destination is loaded where it is configured. */
export const composeDestinations = async (deps: CompositionDeps): Promise<E.Either<readonly string[], Composed>> => {
  const { loaded, clock, random, tell, onMetric } = deps;
  let destinations: readonly Destination[] = [];
  let engine: Engine | null = null;
  const opened = deps.stores((event) => destinations.filter(({ wants }) => wants(event)).map(({ name }) => name));
  const stores = { ...opened, deliveries: wakingStore(opened.deliveries, () => engine ?? NOBODY, clock) };
  const [apple, google, webhookProblems] = await Promise.all([
    appleOf(deps, stores),
    googleOf(deps, stores),
    webhookSecretProblems(loaded.destinations.webhooks ?? [], deps.secrets),
  ]);
  const problems = [
    ...(E.isLeft(apple) ? apple.left : []),
    ...(E.isLeft(google) ? google.left : []),
    ...webhookProblems,
  ];
  if (E.isLeft(apple) || E.isLeft(google) || problems.length > 0) {
    if (E.isRight(apple)) await apple.right?.destination.close();
    if (E.isRight(google)) await google.right?.destination.close();
    return E.left([...new Set(problems)]);
  }

  const wallets = [...listOf(apple.right), ...listOf(google.right)];
  destinations = [...wallets.map(({ destination }) => destination), ...(await webhooksOf(deps))];
  const isDryRun = loaded.destinations.dryRun ?? false;
  const { deliveries: store, budget } = opened;
  engine = engineOf({ store, budget, destinations, dryRun: () => isDryRun, clock, random, tell, onMetric });
  return E.right({
    ...stores,
    ...{ destinations, engine },
    routes: wallets.map(({ routes }) => routes),
    passFile: apple.right?.passFile ?? null,
    saveLink: google.right?.saveLink ?? null,
    certificateEndsAt: () => apple.right?.certificateEndsAt() ?? null,
    close: async () => {
      await Promise.all(destinations.map(({ close }) => close()));
    },
  });
};

const listOf = <A>(part: A | null): readonly A[] => (part === null ? [] : [part]);
const NONE = E.right(null);
const NOBODY: Pick<Engine, 'accepted' | 'ring'> = { accepted: () => undefined, ring: () => undefined };

const appleOf = async (
  deps: CompositionDeps,
  stores: Stores,
): Promise<E.Either<readonly string[], AppleParts | null>> => {
  const { destinations, design } = deps.loaded;
  if (destinations.apple === undefined || design === null) return NONE;
  const { appleParts } = await import('./appleParts.ts');
  return appleParts({ ...deps, ...stores, settings: destinations.apple, design, ca: deps.trust?.apns ?? null });
};

const googleOf = async (
  deps: CompositionDeps,
  stores: Stores,
): Promise<E.Either<readonly string[], GoogleParts | null>> => {
  const { google } = deps.loaded.destinations;
  if (google === undefined) return NONE;
  const { googleParts } = await import('./googleParts.ts');
  return googleParts({ ...deps, ...stores, settings: google, ca: deps.trust?.google ?? null });
};

const webhooksOf = async ({ loaded, secrets, clock, trust }: CompositionDeps): Promise<readonly Destination[]> => {
  const { webhooks = [] } = loaded.destinations;
  if (webhooks.length === 0) return [];
  const { webhookDestination } = await import('../webhook/destination.ts');
  const ca = trust?.webhooks === undefined ? {} : { ca: trust.webhooks };
  return webhooks.map((settings) => webhookDestination({ settings, secrets, clock, ...ca }));
};
