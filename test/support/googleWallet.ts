import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { onTestFinished } from 'vitest';
import type { StepOutcome } from '#adapters/delivery/delivery.ts';
import type { Answer, Destination, Result, RunStep, Work } from '#adapters/delivery/destination.ts';
import { type GoogleDeps, googleWallet } from '#adapters/google/google.ts';
import { GoogleSettings, SERVICE_ACCOUNT } from '#adapters/google/settings.ts';
import { makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { type GoogleOptions, startGoogle } from '#adapters/local/standIns/google.ts';
import { memoryOnce } from '#adapters/memory/budget.ts';
import type { Secrets } from '#adapters/secrets/secrets.ts';
import type { Pass } from '#domain/index.ts';

export const ISSUER = '3388000000012345678';

export const googleSettings = (more: object = {}): GoogleSettings => {
  const said = { issuerId: ISSUER, issuerName: 'Atelier Nord', programName: 'Cercle' };
  const read = GoogleSettings.decode({ ...said, programLogo: 'https://example.com/logo.png', ...more });
  if (E.isLeft(read)) throw new Error('expected settings');
  return read.right;
};

let certificates: ReturnType<typeof makeCertificates> | null = null;
const shared = () => {
  certificates ??= makeCertificates({ passTypeIdentifier: 'pass.test', teamIdentifier: 'A1B2C3D4E5', now: Date.now() });
  return certificates;
};

/** The stand-in and a destination that speaks to it. */
export const startGoogleWallet = async (more: object = {}, options: Partial<GoogleOptions> = {}) => {
  const { loopback, root } = await shared();
  const clock = options.clock ?? (() => Date.now());
  const tls = { key: loopback.key, cert: loopback.certificate };
  const google = await startGoogle({
    issuerId: ISSUER,
    tls,
    clock,
    ca: root.certificate,
    perSecond: 1_000,
    ...options,
  });
  onTestFinished(google.close);
  let secret = google.serviceAccount();
  const secrets: Pick<Secrets, 'current'> = {
    current: (name) =>
      name === SERVICE_ACCOUNT ? TE.fromIO(() => secret) : TE.left({ type: 'SecretUnavailable', name, reason: 'none' }),
  };
  const settings = googleSettings({ url: google.url, callbackKeysUrl: google.keysUrl, ...more });
  /** All of it, as another process has it; with other settings where there are any. */
  const startAll = (others: Partial<GoogleSettings> = {}, more: Partial<GoogleDeps> = {}) => {
    const all = googleWallet({
      ...{ settings: { ...settings, ...others }, secrets, clock, ca: root.certificate },
      ...{ once: memoryOnce({ clock }), onCallback: () => undefined, ...more },
    });
    onTestFinished(all.destination.close);
    return all;
  };
  const start = (others: Partial<GoogleSettings> = {}): Destination => startAll(others).destination;
  return {
    ...{ google, settings, secrets, start, startAll, tls, ca: root.certificate, destination: start() },
    setSecret: (text: string) => {
      secret = text;
    },
  };
};

/** Runs steps as they come, without retries, and keeps what came of them. */
export const plainRun = () => {
  const steps: Pick<StepOutcome, 'step' | 'of' | 'outcome' | 'status' | 'reason'>[] = [];
  const run: RunStep = async ({ name, of }, request) => {
    const answer = await request(AbortSignal.timeout(10_000));
    const outcome = ({ Ok: 'ok', Refused: 'refused', Failed: 'failed' } as const)[answer.type];
    const reason = answer.type === 'Ok' ? null : answer.reason;
    steps.push({ step: name, ...(of !== undefined && { of }), outcome, status: answer.status, reason });
    return answer;
  };
  const told = () => steps.map(({ step, of, status }) => `${step}${of === undefined ? '' : ` ${of}`} ${status}`);
  return { run, steps, told };
};

/** Tries what failed again and again, at once: for faults that end. */
export const stubbornRun = (tries = 20): RunStep => {
  const again = async <Value>(request: (signal: AbortSignal) => Promise<Answer<Value>>): Promise<Answer<Value>> => {
    let answer = await request(AbortSignal.timeout(2_000));
    for (let at = 1; at < tries && answer.type === 'Failed'; at++) answer = await request(AbortSignal.timeout(2_000));
    return answer;
  };
  return (_step, request) => again(request);
};

export const passOf = (more: Partial<Pass> = {}): Pass => ({
  ...{ memberId: '003000000000001AAA', memberNumber: 'M-1001', status: 'active', memberSince: '2024-05-01' },
  holder: { firstName: 'Ada', lastName: 'Lovelace' },
  tier: {
    ...{ name: 'Silver', qualifyingSpend: { amount: '620.00', currency: 'EUR' }, progress: 0.08 },
    next: { name: 'Gold', threshold: '2000.00', remaining: '1380.00' },
  },
  spend: { lifetime: [], last12Months: [], purchases: 2, lastPurchaseOn: '2026-10-01' },
  promotions: [],
  ...more,
});

/** What the engine would hand over. */
export const workOf = (
  pass: Pass,
  revision: number,
  more: Partial<Work> & { changed?: readonly string[] } = {},
): Work => {
  const { changed = ['tier.qualifyingSpend'], ...rest } = more;
  const { memberId } = pass;
  return {
    content: {
      type: 'card',
      card: {
        ...{ memberId, revision, changed, modifiedAt: 0 },
        event: {
          ...{ id: `${memberId}.${revision}`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' },
          ...{ pass: { memberId, revision, changed }, traceparent: null, correlationId: null },
          content: JSON.stringify({ id: 'x', data: { metadata: {}, data: { changed, pass } } }),
        },
      },
    },
    ...{ lane: 'live', done: revision - 1, progress: null, now: Date.now() },
    ...rest,
  };
};

/** One after the other, each with what the one before remembered. */
export const deliverAll = async (destination: Destination, works: readonly Work[], run: RunStep): Promise<Result> => {
  let last: Result = { verdict: { type: 'Delivered' }, progress: null };
  for (const work of works)
    last = await destination.deliver({ ...work, progress: work.progress ?? last.progress }, run);
  return last;
};
