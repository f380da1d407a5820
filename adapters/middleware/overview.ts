import type { Clock, EpochMs } from '#domain/index.ts';
import type { Waiting } from '../delivery/deliveryStore.ts';
import type { DestinationView, Engine } from '../delivery/engine.ts';

export type OverviewDeps = {
  /** As this process sees destinations: breakers and what is in hand are its own, queues are everybody's. */
  readonly engine: Pick<Engine, 'state'>;
  /** When the certificate ends that signs and pushes Apple's passes; null: there is none. */
  readonly certificateEndsAt: () => EpochMs | null;
  readonly clock: Clock;
};

export type Overview = {
  readonly at: EpochMs;
  readonly destinations: readonly DestinationView[];
  /** Whole days, negative once it ended; null: no certificate. */
  readonly certificateDaysLeft: number | null;
};

/** How long an answer is given again: whoever asks all the time reads the store no more often. */
const FRESH_MS = 2_000;

/** Each destination with what waits for it. */
export const overviewOf = ({ engine, certificateEndsAt, clock }: OverviewDeps): (() => Promise<Overview>) => {
  const look = async (at: EpochMs): Promise<Overview> => {
    const endsAt = certificateEndsAt();
    const certificateDaysLeft = endsAt === null ? null : Math.floor((endsAt - at) / 86_400_000);
    return { at, destinations: await engine.state(), certificateDaysLeft };
  };
  let known: { readonly at: EpochMs; readonly overview: Promise<Overview> } | null = null;
  return () => {
    const now = clock();
    if (known === null || now - known.at >= FRESH_MS || now < known.at) known = { at: now, overview: look(now) };
    return known.overview;
  };
};

/** Of all destinations together; null: the store does not tell of any. */
export const waitingInAll = ({ destinations }: Overview): Omit<Waiting, 'oldestSince'> | null => {
  const told = destinations.flatMap(({ waiting }) => waiting ?? []);
  if (told.length === 0 && destinations.length > 0) return null;
  const sumOf = (of: 'live' | 'bulk' | 'dead'): number => told.reduce((sum, waiting) => sum + waiting[of], 0);
  return { live: sumOf('live'), bulk: sumOf('bulk'), dead: sumOf('dead') };
};

/** Seconds since the delivery that has waited longest waits; 0: none does. */
export const oldestSecondsOf = ({ at, destinations }: Overview): number => {
  const since = destinations.flatMap(({ waiting }) => waiting?.oldestSince ?? []);
  return since.length === 0 ? 0 : Math.max(0, Math.round((at - Math.min(...since)) / 1_000));
};
