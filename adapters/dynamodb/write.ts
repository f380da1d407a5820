import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import type { StoreUnavailable, Unstorable } from '#domain/index.ts';
import { toStoreUnavailable } from './client.ts';
import { type Item, type ItemImage, sameItem } from './item.ts';

/** What stood in the place of each write. undefined: its condition held; null: nothing is there. */
export type ConditionsFailed = {
  readonly type: 'ConditionsFailed';
  readonly found: readonly (ItemImage | null | undefined)[];
};

export type WriteFailure = ConditionsFailed | StoreUnavailable | Unstorable;

/** TransactWriteItems takes at most this many items (DynamoDB API reference). */
const MAX_ITEMS = 100;
const MAX_ATTEMPTS = 6;

/**
 * All or none, in one request: a transaction or, for a single put, a plain PutItem, which costs half.
 * A conflict with another transaction and throttling are tried again; an answer that got lost is absorbed.
 */
export const writeAll = async (
  dynamodb: DynamoDBClient,
  operation: string,
  writes: readonly TransactWriteItem[],
  abortSignal?: AbortSignal,
): Promise<E.Either<WriteFailure, void>> => {
  if (writes.length > MAX_ITEMS)
    return E.left({ type: 'Unstorable', what: operation, reason: `more than ${MAX_ITEMS} items` });
  const token = randomUUID();
  for (let attempt = 1; ; attempt++) {
    try {
      await send(dynamodb, writes, token, abortSignal && { abortSignal });
      return E.right(undefined);
    } catch (error) {
      const refused = conditionsFailed(error, writes);
      if (refused !== null) return isOwnWrite(refused, writes) ? E.right(undefined) : E.left(refused);
      if (isRefusedForGood(error)) return E.left(unstorable(operation, error));
      if (!isPassing(error) || attempt === MAX_ATTEMPTS) return E.left(toStoreUnavailable(operation)(error));
      await pause(attempt);
    }
  }
};

/** One item, updated in place where its condition holds: as it is then. A conflict with a transaction and throttling are tried again. */
export const updateItem = async (
  dynamodb: DynamoDBClient,
  operation: string,
  update: UpdateItemCommandInput,
): Promise<E.Either<ConditionsFailed | StoreUnavailable, Item>> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { Attributes } = await dynamodb.send(new UpdateItemCommand({ ...update, ReturnValues: 'ALL_NEW' }));
      return E.right(Attributes ?? {});
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return E.left({ type: 'ConditionsFailed', found: [error.Item ?? null] });
      if (!isPassing(error) || attempt === MAX_ATTEMPTS) return E.left(toStoreUnavailable(operation)(error));
      await pause(attempt);
    }
  }
};

/** One token for all attempts: a transaction that was carried out without our knowing is not carried out, nor refused, again. */
const send = (
  dynamodb: DynamoDBClient,
  writes: readonly TransactWriteItem[],
  token: string,
  options: { readonly abortSignal: AbortSignal } | undefined,
): Promise<unknown> => {
  const only = writes.length === 1 ? writes[0]?.Put : undefined;
  return only === undefined
    ? dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [...writes], ClientRequestToken: token }), options)
    : dynamodb.send(new PutItemCommand(only), options);
};

const conditionsFailed = (error: unknown, writes: readonly TransactWriteItem[]): ConditionsFailed | null => {
  if (error instanceof ConditionalCheckFailedException)
    return { type: 'ConditionsFailed', found: writes.map(() => error.Item ?? null) };
  if (!(error instanceof TransactionCanceledException)) return null;
  const found = (error.CancellationReasons ?? []).map(({ Code, Item }) =>
    Code === 'ConditionalCheckFailed' ? (Item ?? null) : undefined,
  );
  return found.some((item) => item !== undefined) ? { type: 'ConditionsFailed', found } : null;
};

/** A put whose answer was lost, sent again by the SDK, finds itself. */
const isOwnWrite = ({ found }: ConditionsFailed, writes: readonly TransactWriteItem[]): boolean => {
  const put = writes.length === 1 ? writes[0]?.Put?.Item : undefined;
  return put !== undefined && found[0] != null && sameItem(put, found[0]);
};

const codesOf = (error: unknown): readonly string[] =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).flatMap(({ Code }) => (Code === undefined || Code === 'None' ? [] : [Code]))
    : error instanceof Error
      ? [error.name]
      : [];

/** Too large, mostly: the very same request can never succeed. */
const isRefusedForGood = (error: unknown): boolean => codesOf(error).some((code) => permanent.has(code));

const isPassing = (error: unknown): boolean => {
  const codes = codesOf(error);
  return codes.length > 0 && codes.every((code) => passing.has(code));
};

const permanent: ReadonlySet<string> = new Set([
  'ValidationException',
  'ValidationError',
  'ItemCollectionSizeLimitExceededException',
  'ItemCollectionSizeLimitExceeded',
]);

const passing: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
]);

const unstorable = (what: string, error: unknown): Unstorable => ({
  type: 'Unstorable',
  what,
  reason: error instanceof Error ? error.message : 'refused',
});

/** Full jitter: anything up to a bound that doubles. */
export const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(1_000, 20 * 2 ** attempt)));

/** Names for an expression: many of ours are words of DynamoDB's own. */
export const namesOf = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`#${name}`, name]));
