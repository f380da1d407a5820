import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';

export type StoreItem = Readonly<Record<string, AttributeValue>>;

/** Every item of a table. */
export const itemsOf = async (dynamodb: DynamoDBClient, TableName: string): Promise<readonly StoreItem[]> => {
  const items: StoreItem[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true }))
    items.push(...Items);
  return items;
};

/** Puts them into a table, in the order given. */
export const putItems = async (dynamodb: DynamoDBClient, table: string, items: readonly StoreItem[]): Promise<void> => {
  for (let at = 0; at < items.length; at += 25) {
    const puts = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems = {} } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: puts } }),
    );
    if (Object.keys(UnprocessedItems).length > 0) throw new Error(`${table}: not every item was put`);
  }
};

/** As a line of JSON: bytes as base64. Items are flat: texts, numbers, bytes. */
export const toLine = (table: string, item: StoreItem): string => JSON.stringify({ table, item: mapped(item, asText) });

export const fromLine = (line: string): { readonly table: string; readonly item: StoreItem } => {
  const { table, item } = JSON.parse(line);
  return { table, item: mapped(item, asBytes) };
};

const mapped = (item: StoreItem, change: (value: AttributeValue) => unknown): StoreItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, change(value) as AttributeValue]));

const asText = (value: AttributeValue): unknown =>
  value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') };
const asBytes = (value: AttributeValue): unknown =>
  value.B === undefined ? value : { B: new Uint8Array(Buffer.from(value.B as unknown as string, 'base64')) };
