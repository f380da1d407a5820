import * as E from 'fp-ts/lib/Either.js';
import {
  askToForget,
  destroyKeysOf,
  type ForgetFailure,
  failureText,
  forgetWithoutKeys,
  type KeyStore,
} from '#domain/index.ts';
import { certify } from '../forget/certify.ts';
import { searchFor } from '../forget/search.ts';
import { personalValuesOf } from '../forget/values.ts';
import type { Certificate, ForgetStep } from '../http/answers/forgotten.ts';
import type { ForgetApiDeps } from '../http/forgetApi.ts';
import { sleep } from './backoff.ts';
import { type Log, reasonOf } from './functions.ts';
import { type LookDeps, lookAtAll } from './lookAtAll.ts';
import { type PurgeDeps, purge } from './purging.ts';

export type ForgettingDeps = PurgeDeps & LookDeps & { readonly keys: KeyStore };

export type LocalForgetting = ForgetApiDeps['forgetting'];

/** One after another: what is removed and looked at is everybody's. */
export const localForgetting = (deps: ForgettingDeps): LocalForgetting => {
  let turn: Promise<unknown> = Promise.resolve();
  const known = new Map<string, Progress>();
  const tell = (memberId: string, some: Partial<Progress>): void => {
    const before = known.get(memberId) ?? NOTHING;
    known.delete(memberId);
    known.set(memberId, { ...before, ...some });
    const [oldest] = known.keys();
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  };
  const inTurn = async (memberId: string): Promise<E.Either<ForgetFailure, Certificate>> => {
    const steps: Step[] = [];
    const done = (step: ForgetStep): void => {
      steps.push({ step, doneAt: new Date(deps.clock()).toISOString() });
      tell(memberId, { steps: [...steps] });
    };
    tell(memberId, { steps: [], isUnderWay: true, failure: null });
    try {
      const result = await forget(deps, memberId, done);
      tell(memberId, E.isRight(result) ? { certificate: result.right } : { failure: whyOf(result.left) });
      return result;
    } catch (error) {
      tell(memberId, { failure: reasonOf(error) });
      throw error;
    } finally {
      tell(memberId, { isUnderWay: false });
    }
  };
  return {
    forget: (memberId) => {
      const result = turn.then(() => inTurn(memberId));
      turn = result.catch(() => undefined);
      return result;
    },
    progressOf: (memberId) => known.get(memberId) ?? NOTHING,
  };
};

type Progress = ReturnType<LocalForgetting['progressOf']>;
type Step = Progress['steps'][number];

const whyOf = (failure: ForgetFailure): string =>
  failure.type === 'MemberUnknown' ? `No member ${failure.memberId}` : failureText(failure);

const NOTHING: Progress = { isUnderWay: false, steps: [], failure: null, certificate: null };
/** Certificates are a few kilobytes each. */
const KEPT = 500;

const forget = async (
  deps: ForgettingDeps,
  memberId: string,
  done: (step: ForgetStep) => void,
): Promise<E.Either<ForgetFailure, Certificate>> => {
  const { services, keys, clock, mapping } = deps;
  const known = await personalValuesOf({ ...services, keys, mapping }, memberId);
  if (E.isLeft(known)) return known;
  const { records, events, forgotten: asked } = services;
  const about = { records, events, mapping };
  const written = await askToForget({ ...about, forgotten: asked, clock })(memberId)();
  if (E.isLeft(written)) return written;
  done('asked');
  // One process has the keys, and lets go at once.
  const destroyed = await destroyKeysOf({ ...about, keys })(memberId)();
  if (E.isLeft(destroyed)) return destroyed;
  done('keys');
  const forgotten = await forgetWithoutKeys({ ...about, project: services.project, clock })(memberId)();
  if (E.isLeft(forgotten)) return forgotten;
  done('fact');
  const search = searchFor(known.right.values, memberId);
  const purged = await purge(deps, forgotten.right, search);
  if (E.isLeft(purged)) return purged;
  done('removed');
  const stores = await lookAtAll(deps, search);
  if (E.isLeft(stores)) return stores;
  done('looked');
  const { tooShort, keyWasGone } = known.right;
  const values = { lookedFor: known.right.values.length, tooShort, keyWasGone };
  const told = { ...purged.right, values, stores: stores.right };
  const { certificate, isOver } = certify(forgotten.right, told, clock());
  if (isOver) {
    const settled = await asked.settle(memberId)();
    if (E.isLeft(settled)) return settled;
  }
  return E.right({ ...certificate, notCovered: NOT_COVERED });
};

/** What no service on this machine can reach. */
const NOT_COVERED = [
  'Backups of this folder: they hold the member sealed, with the key, until you delete them.',
  'What consumers of the wallet bus keep: the void pass asks them to erase it.',
  'Bytes below the file system, and copies that somebody made.',
];

/** What was asked for and is not over, since the process ended or a phone has not fetched the void pass: at the start, and every hour. */
export const goOnForgetting = async (
  { services, stopping, log }: Pick<ForgettingDeps, 'services' | 'stopping'> & { readonly log: Log },
  { forget: forgetOne }: Pick<LocalForgetting, 'forget'>,
): Promise<void> => {
  while (!stopping.aborted) {
    const listed = await services.forgotten.list()();
    for (const { memberId, isSettled } of E.isRight(listed) ? listed.right : []) {
      if (isSettled || stopping.aborted) continue;
      const forgotten = await forgetOne(memberId).catch((error: unknown) => E.left({ type: reasonOf(error) }));
      if (E.isLeft(forgotten)) log({ type: 'ForgettingFailed', reason: forgotten.left.type });
    }
    await sleep(AGAIN_MS, stopping);
  }
};
const AGAIN_MS = 3_600_000;
