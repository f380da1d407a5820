import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { tellOfWrites } from '#adapters/local/tellOfWrites.ts';
import { local } from './support.ts';

test('each table is told of once its write is answered, and none of which nothing was written', async () => {
  const { dynamodb, tableName } = await local();
  const told: string[] = [];
  tellOfWrites(dynamodb)((table) => void told.push(table));
  const [events, views] = [tableName('events'), tableName('views')];
  const key = { p: { S: 'm' } };
  const commit = { ...key, v: { N: '1' } };
  const toldBy = async (sent: Promise<unknown>): Promise<ReadonlySet<string>> => {
    told.length = 0;
    await sent.catch(() => undefined);
    return new Set(told);
  };

  expect(await toldBy(dynamodb.send(new PutItemCommand({ TableName: views, Item: key })))).toEqual(new Set([views]));
  expect(
    await toldBy(dynamodb.send(new UpdateItemCommand({ TableName: views, Key: key, UpdateExpression: 'REMOVE a' }))),
  ).toEqual(new Set([views]));
  expect(
    await toldBy(
      dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: events, Item: commit } },
            { Put: { TableName: views, Item: { p: { S: 'n' } } } },
            { Put: { TableName: views, Item: { p: { S: 'o' } } } },
          ],
        }),
      ),
    ),
  ).toEqual(new Set([events, views]));
  expect(
    await toldBy(
      dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [views]: [{ PutRequest: { Item: key } }] } })),
    ),
  ).toEqual(new Set([views]));
  expect(await toldBy(dynamodb.send(new DeleteItemCommand({ TableName: views, Key: key })))).toEqual(new Set([views]));

  expect(await toldBy(dynamodb.send(new GetItemCommand({ TableName: views, Key: key })))).toEqual(new Set());
  expect(
    await toldBy(
      dynamodb.send(
        new QueryCommand({
          ...{ TableName: events, KeyConditionExpression: 'p = :p' },
          ExpressionAttributeValues: { ':p': key.p },
        }),
      ),
    ),
  ).toEqual(new Set());
  const refused = new PutItemCommand({
    ...{ TableName: events, Item: commit },
    ConditionExpression: 'attribute_not_exists(v)',
  });
  expect(await toldBy(dynamodb.send(refused))).toEqual(new Set());
});
