import * as E from 'fp-ts/lib/Either.js';
import type { KeyStore, ReadFailure } from '#domain/index.ts';
import type { FingerprintStore } from '../dynamodb/fingerprintStore.ts';
import { fingerprintsOf, searchByFingerprints } from './fingerprints.ts';
import type { Search } from './search.ts';
import { type PersonalValuesDeps, personalValuesOf } from './values.ts';

export type LookingForDeps = PersonalValuesDeps & {
  readonly keys: KeyStore;
  readonly fingerprints: FingerprintStore;
};

/**
 * What is to be looked for of a member, for as long as it takes to forget, in processes that come and go. The values themselves are in the memory of whoever
 * takes their fingerprints, before the member's key is destroyed; taken once, they are kept until it is over, whoever is killed in between.
 */
export const takeFingerprints = async (
  deps: LookingForDeps,
  memberId: string,
): Promise<E.Either<ReadFailure, void>> => {
  const known = await personalValuesOf(deps, memberId);
  if (E.isLeft(known)) return known;
  const { values, tooShort, keyWasGone } = known.right;
  if (keyWasGone) return E.right(undefined);
  const key = await keyOf(deps, memberId);
  if (E.isLeft(key)) return key;
  if (key.right === null) return E.right(undefined);
  const taken = { memberId, values: values.length, tooShort, ...fingerprintsOf(key.right, values) };
  return deps.fingerprints.put(taken)();
};

/** values: how many are looked for. null: nobody knows any more what to look for; what names the member is found all the same. */
export type LookingFor = {
  readonly search: Search;
  readonly values: { readonly count: number; readonly tooShort: number } | null;
};

export const lookingFor = async (
  deps: Pick<LookingForDeps, 'keys' | 'fingerprints'>,
  memberId: string,
): Promise<E.Either<ReadFailure, LookingFor>> => {
  const taken = await deps.fingerprints.load(memberId)();
  if (E.isLeft(taken)) return taken;
  const key = taken.right === null ? E.right(null) : await keyOf(deps, memberId);
  if (E.isLeft(key)) return key;
  if (taken.right === null || key.right === null)
    return E.right({ search: searchByFingerprints(new Uint8Array(), NOTHING, memberId), values: null });
  const { values: count, tooShort } = taken.right;
  return E.right({ search: searchByFingerprints(key.right, taken.right, memberId), values: { count, tooShort } });
};
const NOTHING = { lengths: [], beginnings: [], wholes: [] };

/** Nobody will look any more. */
export const forgetFingerprints = async (
  { keys, fingerprints }: Pick<LookingForDeps, 'keys' | 'fingerprints'>,
  memberId: string,
): Promise<E.Either<ReadFailure, void>> => {
  const dropped = await fingerprints.drop(memberId)();
  return E.isLeft(dropped) ? dropped : keys.destroy(fingerprintKeyId(memberId))();
};

const fingerprintKeyId = (memberId: string): string => `forgetting:${memberId}`;

const keyOf = async ({ keys }: Pick<LookingForDeps, 'keys'>, memberId: string) => {
  const keyId = fingerprintKeyId(memberId);
  return E.map((found: ReadonlyMap<string, Uint8Array | null>) => found.get(keyId) ?? null)(
    await keys.obtain([keyId])(),
  );
};
