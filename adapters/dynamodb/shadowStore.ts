import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  memberStream,
  type ProjectionRef,
  type Shadow,
  type ShadowStore,
  type StoreCorrupt,
  type Unstorable,
} from '#domain/index.ts';
import { batchGet } from './batch.ts';
import { toStoreUnavailable } from './client.ts';
import { corrupt, decodedJson } from './decoded.ts';
import type { DynamoDbTables } from './eventStore.ts';
import { type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';
import { writeAll } from './write.ts';

/**
 * Stored format, version with care: one item of the views table is what one version of a projection folded of one member.
 *
 *   p  "shadow-<name@version>-member-<id>"    ver  number of writes    f  format    asOf    parked "1"; absent: it is not
 *   m  the member's id    r  name@version     state  JSON; or, where that saves a write unit, z: the same text, deflated (raw)
 */
export const dynamoDbShadowStore = (deps: DynamoDbTables): ShadowStore => {
  const { dynamodb } = deps;
  const tableName = deps.tableName('views');

  return {
    load: (ref, memberIds) => async () => {
      const got = await TE.tryCatch(
        () =>
          batchGet(
            dynamodb,
            tableName,
            memberIds.map((memberId) => shadowKey(ref, memberId)),
            'strong',
          ),
        toStoreUnavailable('load shadows'),
      )();
      if (E.isLeft(got)) return got;
      const byMember = new Map(got.right.map((item) => [item.m?.S, item]));
      const shadows: (Shadow | null)[] = [];
      for (const memberId of memberIds) {
        const item = byMember.get(memberId);
        const shadow = item === undefined ? E.right(null) : shadowFromItem(item);
        if (E.isLeft(shadow)) return shadow;
        shadows.push(shadow.right);
      }
      return E.right(shadows);
    },

    replace: (shadow) => async () => {
      const item = storable(shadow);
      if (E.isLeft(item)) return item;
      const replaced = await writeAll(dynamodb, `replace ${shadow.ref} of ${shadow.memberId}`, [
        {
          Put: {
            TableName: tableName,
            Item: item.right,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(shadow.ver === 1
              ? { ConditionExpression: 'attribute_not_exists(p)' }
              : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': number(shadow.ver - 1) } }),
          },
        },
      ]);
      if (E.isRight(replaced)) return replaced;
      return E.left(replaced.left.type === 'ConditionsFailed' ? { type: 'ViewLostRace' } : replaced.left);
    },
  };
};

/** A projection's state may be anything, a circle or a BigInt among it. */
const storable = (shadow: Shadow): E.Either<Unstorable, Item> =>
  E.tryCatch(
    () => shadowItem(shadow),
    () => ({ type: 'Unstorable', what: shadow.ref, reason: 'the state is no JSON' }),
  );

const FORMAT = 1;
const STATE = { plain: 'state', deflated: 'z' };

const shadowKey = (ref: ProjectionRef, memberId: string): Item => ({
  p: { S: `shadow-${ref}-${memberStream(memberId)}` },
});

export const shadowItem = ({ memberId, ref, asOf, state, isParked, ver }: Shadow): Item =>
  withText(
    {
      ...shadowKey(ref, memberId),
      m: { S: memberId },
      r: { S: ref },
      ver: number(ver),
      f: number(FORMAT),
      asOf: number(asOf),
      ...(isParked && { parked: { S: '1' } }),
    },
    JSON.stringify(state),
    STATE,
  );

export const shadowFromItem = (item: ItemImage): E.Either<StoreCorrupt, Shadow> => {
  const [memberId, ref, asOf, ver] = [
    textIn(item, 'm'),
    textIn(item, 'r'),
    numberIn(item, 'asOf'),
    numberIn(item, 'ver'),
  ];
  const where = textIn(item, 'p') ?? 'views';
  if (memberId === undefined || ref === undefined || asOf === undefined || ver === undefined)
    return E.left(corrupt(where, 'expected a shadow'));
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return E.left(corrupt(where, `expected format ${FORMAT} or older`));
  const state = decodedJson(t.unknown, longTextIn(item, STATE) ?? '');
  if (E.isLeft(state)) return E.left(corrupt(where, `state: ${state.left}`));
  return E.right({ memberId, ref, asOf, state: state.right, isParked: textIn(item, 'parked') === '1', ver });
};
