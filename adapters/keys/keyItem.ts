import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { bytesIn, type Item, type ItemImage, number, numberIn } from '../dynamodb/item.ts';

/**
 * Items of the keys table, and their attributes:
 *   key#<key id>     k  the data key, sealed under a branch key for this very item; b  which branch. Neither: destroyed, for good.
 *   branch#<number>  k  the branch key as KMS gave it, encrypted under the wrapping key
 */
export type KeyItem =
  | { readonly type: 'sealed'; readonly branch: number; readonly sealed: Uint8Array }
  | { readonly type: 'destroyed' };

export type StoredItem = Item & { readonly p: AttributeValue };

/** A seal is bound to it, so that the key of one member does not open in the place of another's. */
export const keyPlace = (keyId: string): string => `key#${keyId}`;
export const branchPlace = (branch: number): string => `branch#${branch}`;

export const keyItem = (keyId: string, branch: number, sealed: Uint8Array): StoredItem => ({
  ...tombstone(keyId),
  b: number(branch),
  k: { B: sealed },
});

export const tombstone = (keyId: string): StoredItem => ({ p: { S: keyPlace(keyId) } });

/** null: neither a key nor a tombstone. */
export const readKeyItem = (item: ItemImage): KeyItem | null => {
  const [sealed, branch] = [bytesIn(item, 'k'), numberIn(item, 'b')];
  if (sealed === undefined && branch === undefined) return { type: 'destroyed' };
  return sealed === undefined || branch === undefined ? null : { type: 'sealed', branch, sealed };
};

export const branchItem = (branch: number, wrapped: Uint8Array): StoredItem => ({
  p: { S: branchPlace(branch) },
  k: { B: wrapped },
});

export const wrappedIn = (item: ItemImage): Uint8Array | undefined => bytesIn(item, 'k');
