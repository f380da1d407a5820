import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, failureText, type ReadFailure, type StoreUnavailable } from '#domain/index.ts';
import { DEVICES_OF_PASS, PASSES_OF_DEVICE, type Registration, type Registrations } from '../delivery/registrations.ts';
import { batchGet } from './batch.ts';
import { MEMBER } from './cardItem.ts';
import { toStoreUnavailable } from './client.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { number } from './item.ts';
import { wholePartition } from './partition.ts';
import {
  DEVICE,
  pointerItem,
  pointerKey,
  readPointer,
  readRegistration,
  registrationItem,
  registrationKey,
} from './registrationItem.ts';
import { namesOf, updateItem, type WriteFailure, writeAll } from './write.ts';

type Of = Pick<Registration, 'deviceId' | 'memberId'>;
const MAX_RACES = 8;

/**
 * Passes on devices, in the table `deliveries`. Who registers reads both sides, so that neither grows beyond its bound; two at once may exceed it by one,
 * and whoever comes next puts that right.
 */
export const dynamoDbRegistrations = (deps: DynamoDbTables & { readonly clock: Clock }): Registrations => {
  const { dynamodb, clock } = deps;
  const tableName = deps.tableName('deliveries');

  const ofMember: Registrations['ofMember'] = (memberId) => async () => {
    const items = await TE.tryCatch(
      () => wholePartition({ dynamodb, tableName, partition: `${MEMBER}${memberId}`, prefix: DEVICE }),
      toStoreUnavailable('read the devices of a pass'),
    )();
    return E.isLeft(items) ? items : E.traverseArray(readRegistration)(items.right);
  };

  const pointersOf = (deviceId: string): TE.TaskEither<ReadFailure, readonly Of[]> => {
    return async () => {
      const items = await TE.tryCatch(
        () => wholePartition({ dynamodb, tableName, partition: `${DEVICE}${deviceId}` }),
        toStoreUnavailable('read the passes of a device'),
      )();
      return E.isLeft(items) ? items : E.traverseArray(readPointer)(items.right);
    };
  };

  const removal = (of: Of, condition: Partial<TransactWriteItem['Delete']> = {}): readonly TransactWriteItem[] => [
    { Delete: { TableName: tableName, Key: registrationKey(of), ...condition } },
    { Delete: { TableName: tableName, Key: pointerKey(of) } },
  ];

  /** False: its condition does not hold. */
  const remove = async (
    of: Of,
    condition: Partial<TransactWriteItem['Delete']>,
  ): Promise<E.Either<StoreUnavailable, boolean>> => {
    const written = await writeAll(dynamodb, 'remove a registration', removal(of, condition));
    if (E.isRight(written)) return E.right(true);
    return written.left.type === 'ConditionsFailed' ? E.right(false) : E.left(unavailable(written.left));
  };

  const renew = (of: Of, pushToken: string) =>
    updateItem(dynamodb, 'renew a registration', {
      ...{ TableName: tableName, Key: registrationKey(of) },
      UpdateExpression: 'SET #pushToken = :token, #registeredAt = :now',
      ConditionExpression: 'attribute_exists(p)',
      ExpressionAttributeNames: namesOf('pushToken', 'registeredAt'),
      ExpressionAttributeValues: { ':token': { S: pushToken }, ':now': number(clock()) },
    });

  const add = (registration: Registration, givingWay: readonly Registration[]) =>
    writeAll(dynamodb, 'register a pass', [
      {
        Put: {
          TableName: tableName,
          Item: registrationItem(registration),
          ConditionExpression: 'attribute_not_exists(p)',
        },
      },
      { Put: { TableName: tableName, Item: pointerItem(registration) } },
      ...givingWay.flatMap((old) => removal(old)),
    ]);

  return {
    ofMember,

    register:
      ({ pushToken, ...of }) =>
      async () => {
        for (let race = 0; race < MAX_RACES; race++) {
          const [devices, passes] = await Promise.all([ofMember(of.memberId)(), pointersOf(of.deviceId)()]);
          if (E.isLeft(devices)) return devices;
          if (E.isLeft(passes)) return passes;
          const isKnown = devices.right.some(({ deviceId }) => deviceId === of.deviceId);
          if (!isKnown && passes.right.length >= PASSES_OF_DEVICE) return E.right('Full');
          const oldestFirst = devices.right.toSorted((a, b) => a.registeredAt - b.registeredAt);
          const givingWay = oldestFirst.slice(0, -(DEVICES_OF_PASS - 1)).slice(0, MAX_GIVING_WAY);
          const registration = { ...of, pushToken, registeredAt: clock(), listed: null, fetched: null };
          const written: E.Either<WriteFailure, unknown> = isKnown
            ? await renew(of, pushToken)
            : await add(registration, givingWay);
          if (E.isRight(written)) return E.right(isKnown ? 'Known' : 'Registered');
          if (written.left.type !== 'ConditionsFailed') return E.left(unavailable(written.left));
        }
        return E.left({
          type: 'StoreUnavailable',
          operation: 'register a pass',
          reason: 'others were faster each time',
        });
      },

    unregister: (of) => () => remove(of, { ConditionExpression: 'attribute_exists(p)' }),

    ofDevice: (deviceId) => async () => {
      const pointers = await pointersOf(deviceId)();
      if (E.isLeft(pointers)) return pointers;
      const items = await TE.tryCatch(
        () => batchGet(dynamodb, tableName, pointers.right.map(registrationKey), 'strong'),
        toStoreUnavailable('read the passes of a device'),
      )();
      return E.isLeft(items) ? items : E.traverseArray(readRegistration)(items.right);
    },

    saw: (of, what, revision) => async () => {
      const written = await updateItem(dynamodb, 'remember what a device saw', {
        ...{ TableName: tableName, Key: registrationKey(of) },
        UpdateExpression: 'SET #seen = :revision, #at = :now',
        ConditionExpression: 'attribute_exists(p) AND (attribute_not_exists(#seen) OR #seen < :revision)',
        ExpressionAttributeNames: { '#seen': what, '#at': `${what}At` },
        ExpressionAttributeValues: { ':revision': number(revision), ':now': number(clock()) },
      });
      if (E.isRight(written) || written.left.type === 'ConditionsFailed') return E.right(undefined);
      return E.left(written.left);
    },

    retire:
      ({ pushToken, ...of }, before) =>
      () =>
        remove(of, {
          ConditionExpression: `#pushToken = :token${before === null ? '' : ' AND #registeredAt < :before'}`,
          ExpressionAttributeNames: namesOf('pushToken', ...(before === null ? [] : ['registeredAt'])),
          ExpressionAttributeValues: {
            ':token': { S: pushToken },
            ...(before !== null && { ':before': number(before) }),
          },
        }),
  };
};

/** Two items each, beside two of the one that comes. */
const MAX_GIVING_WAY = 40;

const unavailable = (failure: WriteFailure): StoreUnavailable => {
  if (failure.type === 'StoreUnavailable') return failure;
  const reason = failure.type === 'Unstorable' ? failureText(failure) : 'others were faster';
  return { type: 'StoreUnavailable', operation: 'write a registration', reason };
};
