import type { FastifyBaseLogger } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { pino } from 'pino';
import { topology } from '../topology.ts';
import { type CompositionDeps, composeDestinations } from './composeDestinations.ts';
import { countPushes, engineLog } from './engineLog.ts';
import { type KeyringDeps, keyring } from './keyring.ts';
import { type MiddlewareMetrics, tellEveryMinute } from './metrics.ts';
import type { Operators } from './operators.ts';
import { overviewOf } from './overview.ts';
import type { RateLimit } from './rateLimit.ts';
import { buildMiddleware, type Drain, type Middleware } from './server.ts';

export type ServiceDeps = Omit<CompositionDeps, 'tell' | 'onMetric' | 'onSecretProblem' | 'onCallback'> & {
  readonly log: pino.Logger;
  /** null: nothing is measured. */
  readonly metrics: MiddlewareMetrics | null;
  /** Every key that senders may show at this moment. */
  readonly readKeys: KeyringDeps['readKeys'];
  /** loopback: whoever asks sits before it. balancer: whoever operates it shows a key, and addresses are those that the balancer names. */
  readonly reachedBy: 'loopback' | 'balancer';
  readonly rateLimit: RateLimit;
  readonly version: string;
};

export type Service = Pick<Middleware, 'server'> & {
  /** Takes events in; delivers nothing yet. Rejects where it cannot listen. */
  readonly listen: (address: { readonly host: string; readonly port: number }) => Promise<void>;
  readonly deliver: () => Promise<void>;
  /** Not ready, nothing new in hand, no new calls, those under way to their end, the rest given back; then connections, then what was measured. */
  readonly drain: (how: Drain) => Promise<void>;
};

/** The middleware whole: what takes events in, what delivers them, what tells of it. Left: a line for each secret that cannot be used. */
export const middlewareService = async (deps: ServiceDeps): Promise<E.Either<readonly string[], Service>> => {
  const { log, metrics, secrets, clock, reachedBy } = deps;
  const told = engineLog(log);
  const counted = metrics === null ? () => undefined : countPushes(metrics.count);
  const composed = await composeDestinations({
    ...deps,
    tell: (line) => {
      told(line);
      counted(line);
    },
    onMetric: (name, destination) => metrics?.count(name, destination),
    onSecretProblem: (problem) => log.error(problem, 'secret cannot be used'),
    // The object's id stands for a member.
    onCallback: ({ type, classId }) => log.info({ callback: type, classId }, 'google callback'),
  });
  if (E.isLeft(composed)) return composed;
  const { engine, certificateEndsAt, adopt, close } = composed.right;
  const operators: Operators =
    reachedBy === 'loopback'
      ? null
      : keyring({ readKeys: secrets.candidates(topology.middleware.operatorSecret), clock });
  const { server, drain } = buildMiddleware({
    ...deps,
    ...composed.right,
    proxies: reachedBy === 'loopback' ? 0 : 1,
    registrations: composed.right.passFile === null ? null : composed.right.registrations,
    ...{ keyring: keyring({ readKeys: deps.readKeys, clock }), operators },
    // What is logged there is chosen where it is: see middlewareLog.
    log: log as FastifyBaseLogger,
  });
  const telling = metrics === null ? null : tellEveryMinute(metrics, overviewOf({ engine, certificateEndsAt, clock }));
  return E.right({
    server,
    listen: async (address) => {
      await server.listen(address);
    },
    deliver: async () => {
      const adopted = await adopt();
      // The next start does it.
      if (E.isLeft(adopted)) log.error({ reason: adopted.left.type }, 'what waited before could not be adopted');
      engine.start();
    },
    drain: async (how) => {
      await drain(how);
      await close();
      await telling?.stop();
    },
  });
};
