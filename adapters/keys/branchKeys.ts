import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import * as E from 'fp-ts/lib/Either.js';
import type { StoreUnavailable } from '#domain/index.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { branchItem, branchPlace, wrappedIn } from './keyItem.ts';
import { getKeyItem, putNewKeyItem } from './keyRequests.ts';

export type BranchKeysDeps = DynamoDbTables & {
  readonly kms: Pick<KMSClient, 'send'>;
  /** ARN of the KMS key that encrypts the branch keys. */
  readonly wrappingKey: string;
  readonly prefix: string;
};

/** create: the first who needs a branch makes it. read: nothing is ever made. */
export type MayCreate = 'create' | 'read';

/** The key of a branch. Asked of KMS once in a process's life; a failure is not remembered. */
export type BranchKeys = (branch: number) => Promise<E.Either<StoreUnavailable, Uint8Array>>;

export const branchKeys = (deps: BranchKeysDeps, may: MayCreate): BranchKeys => {
  const opened = new Map<number, ReturnType<BranchKeys>>();
  return async (branch) => {
    const opening = opened.get(branch) ?? openBranch(deps, may, branch);
    opened.set(branch, opening);
    const key = await opening;
    if (E.isLeft(key) && opened.get(branch) === opening) opened.delete(branch);
    return key;
  };
};

const openBranch = async (deps: BranchKeysDeps, may: MayCreate, branch: number): ReturnType<BranchKeys> => {
  const stored = await getKeyItem(deps, { S: branchPlace(branch) });
  if (E.isLeft(stored)) return stored;
  if (stored.right !== null) return unwrapped(deps, branch, wrappedIn(stored.right));
  return may === 'create' ? makeBranch(deps, branch) : unusable(branch, 'it was never made');
};

const makeBranch = async (deps: BranchKeysDeps, branch: number): ReturnType<BranchKeys> => {
  const request = { KeyId: deps.wrappingKey, KeySpec: 'AES_256', EncryptionContext: contextOf(deps, branch) } as const;
  const made = await askKms(branch, () => deps.kms.send(new GenerateDataKeyCommand(request)));
  if (E.isLeft(made)) return made;
  const { Plaintext: key, CiphertextBlob: wrapped } = made.right;
  if (key === undefined || wrapped === undefined) return unusable(branch, 'KMS gave no key');
  const put = await putNewKeyItem(deps, branchItem(branch, wrapped));
  if (E.isLeft(put)) return put;
  return put.right === 'stored' ? E.right(key) : unwrapped(deps, branch, wrappedIn(put.right));
};

const unwrapped = async (
  deps: BranchKeysDeps,
  branch: number,
  wrapped: Uint8Array | undefined,
): ReturnType<BranchKeys> => {
  const request = { KeyId: deps.wrappingKey, CiphertextBlob: wrapped, EncryptionContext: contextOf(deps, branch) };
  const answer = await askKms(branch, () => deps.kms.send(new DecryptCommand(request)));
  if (E.isLeft(answer)) return answer;
  const { Plaintext: key } = answer.right;
  return key === undefined ? unusable(branch, 'KMS gave no key') : E.right(key);
};

/** Authenticated by KMS, and readable in CloudTrail: a branch key in another table, or in another branch's place, does not open. */
const contextOf = ({ prefix }: BranchKeysDeps, branch: number): Record<string, string> => ({
  'billfold:prefix': prefix,
  'billfold:branch': String(branch),
});

const askKms = async <A>(branch: number, ask: () => Promise<A>): Promise<E.Either<StoreUnavailable, A>> => {
  try {
    return E.right(await ask());
  } catch (error) {
    return unusable(branch, error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
  }
};

const unusable = (branch: number, reason: string): E.Either<StoreUnavailable, never> =>
  E.left({ type: 'StoreUnavailable', operation: `open branch key ${branch}`, reason });
