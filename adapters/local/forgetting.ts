import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ForgetFailure, forgetMember, type KeyStore } from '#domain/index.ts';
import { certify } from '../forget/certify.ts';
import { searchFor } from '../forget/search.ts';
import { personalValuesOf } from '../forget/values.ts';
import type { Certificate } from '../http/answers/forgotten.ts';
import { sleep } from './backoff.ts';
import { type Log, reasonOf } from './functions.ts';
import { type LookDeps, lookAtAll } from './lookAtAll.ts';
import { type PurgeDeps, purge } from './purging.ts';

export type ForgettingDeps = PurgeDeps & LookDeps & { readonly keys: KeyStore };

/** One after another: what is removed and looked at is everybody's. */
export const localForgetting = (deps: ForgettingDeps) => {
  let turn: Promise<unknown> = Promise.resolve();
  return (memberId: string): Promise<E.Either<ForgetFailure, Certificate>> => {
    const result = turn.then(() => forget(deps, memberId));
    turn = result.catch(() => undefined);
    return result;
  };
};

const forget = async (deps: ForgettingDeps, memberId: string): Promise<E.Either<ForgetFailure, Certificate>> => {
  const { services, keys, clock, mapping } = deps;
  const known = await personalValuesOf({ ...services, keys, mapping }, memberId);
  if (E.isLeft(known)) return known;
  const forgotten = await forgetMember({
    ...{ records: services.records, events: services.events, keys, forgotten: services.forgotten },
    // One process has the keys, and lets go at once.
    untilKeysAreLetGo: () => TE.right(undefined),
    ...{ project: services.project, clock, mapping },
  })(memberId)();
  if (E.isLeft(forgotten)) return forgotten;
  const search = searchFor(known.right.values, memberId);
  const purged = await purge(deps, forgotten.right, search);
  if (E.isLeft(purged)) return purged;
  const stores = await lookAtAll(deps, search);
  if (E.isLeft(stores)) return stores;
  const { tooShort, keyWasGone } = known.right;
  const values = { lookedFor: known.right.values.length, tooShort, keyWasGone };
  const told = { ...purged.right, values, stores: stores.right };
  const { certificate, isOver } = certify(forgotten.right, told, clock());
  if (isOver) {
    const settled = await services.forgotten.settle(memberId)();
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
  forgetOne: ReturnType<typeof localForgetting>,
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
