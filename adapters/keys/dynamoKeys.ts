import { createHash, randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Clock, KeyStore, StoreUnavailable } from '#domain/index.ts';
import { batchGet } from '../dynamodb/batch.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import { type ItemImage, textIn } from '../dynamodb/item.ts';
import { type BranchKeys, type BranchKeysDeps, branchKeys } from './branchKeys.ts';
import { type KeyCache, keyCache } from './keyCache.ts';
import { keyItem, keyPlace, readKeyItem, tombstone } from './keyItem.ts';
import { putNewKeyItem, putTombstone } from './keyRequests.ts';
import { KEY_BYTES } from './memoryKeys.ts';
import { openSeal, seal } from './seal.ts';

export type DynamoKeysDeps = BranchKeysDeps & { readonly clock: Clock };

/**
 * A destroyed key is gone from every process after this (and the second by which an eventually consistent read may be behind): a member who
 * asked to be forgotten is, within minutes.
 */
export const KEPT_MS = 120_000;
const MAX_KEPT = 20_000;

/** Branch keys are few, so that KMS is asked once for each in a process's life, and many enough that none seals every member's key. */
const BRANCHES = 16;

/**
 * Data keys in the keys table, each sealed (AES-256-GCM) under one of a few branch keys, which KMS wraps. Reading keys is one BatchGetItem for
 * 100 of them, making one is one conditional put. Destroying replaces the item by a tombstone, and the table has no backups.
 */
export const dynamoKeys = (deps: DynamoKeysDeps): KeyStore => {
  const opened = open(deps, 'create');
  const create = createKey(deps, opened.branches);
  return {
    obtain: obtainThrough(opened, (keyIds) => all(keyIds.map(create))),
    destroy: (keyId) => async () => {
      const destroyed = await putTombstone(deps, tombstone(keyId));
      if (E.isRight(destroyed)) opened.cache.set(keyId, null);
      return destroyed;
    },
  };
};

/** The same keys for a function that may only read: none is ever created, one that is not there reads as destroyed. */
export const readOnlyDynamoKeys = (deps: DynamoKeysDeps): Pick<KeyStore, 'obtain'> => {
  const opened = open(deps, 'read');
  // Whoever reads a commit may be sooner than the copy of the table that an eventually consistent read looks at: a miss is looked at again.
  return { obtain: obtainThrough(opened, (keyIds) => opened.read(keyIds, 'strong')) };
};

type Answer<A> = Promise<E.Either<StoreUnavailable, A>>;
type Named = readonly [keyId: string, key: Uint8Array | null];

type Opened = {
  readonly branches: BranchKeys;
  readonly cache: KeyCache;
  /** Those that are stored. */
  readonly read: (keyIds: readonly string[], consistency: 'eventual' | 'strong') => Answer<readonly Named[]>;
};

const open = (deps: DynamoKeysDeps, may: 'create' | 'read'): Opened => {
  const branches = branchKeys(deps, may);
  const read: Opened['read'] = async (keyIds, consistency) => {
    const ids = new Map(keyIds.map((keyId) => [keyPlace(keyId), keyId]));
    const items = await TE.tryCatch(
      () =>
        batchGet(
          deps.dynamodb,
          deps.tableName('keys'),
          [...ids.keys()].map((p) => ({ p: { S: p } })),
          consistency,
        ),
      toStoreUnavailable('read keys'),
    )();
    if (E.isLeft(items)) return items;
    return all(items.right.map((item) => openItem(branches, ids.get(textIn(item, 'p') ?? '') ?? '', item)));
  };
  return { branches, cache: keyCache(deps.clock, { keptMs: KEPT_MS, size: MAX_KEPT }), read };
};

/** From the cache, else from the table, else from `others`. What none of them has reads as destroyed, and is looked for again the next time. */
const obtainThrough =
  ({ cache, read }: Opened, others: (keyIds: readonly string[]) => Answer<readonly Named[]>): KeyStore['obtain'] =>
  (keyIds) =>
  async () => {
    const found = new Map<string, Uint8Array | null>();
    const missing = (): readonly string[] => [...new Set(keyIds)].filter((keyId) => !found.has(keyId));
    for (const keyId of keyIds) {
      const key = cache.get(keyId);
      if (key !== undefined) found.set(keyId, key);
    }
    const sources = [(wanted: readonly string[]) => read(wanted, 'eventual'), others];
    for (const source of sources) {
      if (missing().length === 0) break;
      const told = await source(missing());
      if (E.isLeft(told)) return told;
      for (const [keyId, key] of told.right) {
        found.set(keyId, key);
        cache.set(keyId, key);
      }
    }
    return E.right(new Map(keyIds.map((keyId) => [keyId, found.get(keyId) ?? null])));
  };

const createKey =
  (deps: DynamoKeysDeps, branches: BranchKeys) =>
  async (keyId: string): Answer<Named> => {
    const branch = branchOf(keyId);
    const branchKey = await branches(branch);
    if (E.isLeft(branchKey)) return branchKey;
    const key = randomBytes(KEY_BYTES);
    const put = await putNewKeyItem(deps, keyItem(keyId, branch, seal(branchKey.right, keyPlace(keyId), key)));
    if (E.isLeft(put)) return put;
    return put.right === 'stored' ? E.right([keyId, key]) : openItem(branches, keyId, put.right);
  };

const openItem = async (branches: BranchKeys, keyId: string, item: ItemImage): Answer<Named> => {
  const stored = readKeyItem(item);
  if (stored === null) return unusable('the item holds no key');
  if (stored.type === 'destroyed') return E.right([keyId, null]);
  const branchKey = await branches(stored.branch);
  if (E.isLeft(branchKey)) return branchKey;
  const key = openSeal(branchKey.right, keyPlace(keyId), stored.sealed);
  return E.isRight(key) && O.isSome(key.right)
    ? E.right([keyId, key.right.value])
    : unusable(`the key does not open under branch ${stored.branch}`);
};

const branchOf = (keyId: string): number => (createHash('sha256').update(keyId).digest()[0] ?? 0) % BRANCHES;

const all = async <A>(answers: readonly Answer<A>[]): Answer<readonly A[]> => {
  const settled = await Promise.all(answers);
  const values: A[] = [];
  for (const answer of settled) {
    if (E.isLeft(answer)) return answer;
    values.push(answer.right);
  }
  return E.right(values);
};

const unusable = (reason: string): E.Either<StoreUnavailable, never> =>
  E.left({ type: 'StoreUnavailable', operation: 'open data key', reason });
