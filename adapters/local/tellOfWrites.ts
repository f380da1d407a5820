import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export type TableWritten = (tableName: string) => void;

/**
 * Tells whoever listens the name of each table that the client has written to, once the write is answered: from then on its stream has
 * what was written. To be called before anything is sent: the client puts the steps of a command together once.
 */
export const tellOfWrites = (dynamodb: DynamoDBClient): ((listener: TableWritten) => void) => {
  const listeners: TableWritten[] = [];
  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        if (WRITES.has(commandName))
          for (const name of tablesIn(args.input as Input)) for (const told of listeners) told(name);
        return result;
      },
    { step: 'initialize', name: 'billfoldTellOfWrites' },
  );
  return (listener) => void listeners.push(listener);
};

const WRITES: ReadonlySet<string> = new Set(
  ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'].map((name) => `${name}Command`),
);

/** As far as the commands that write are read. */
type Input = Named & {
  readonly TransactItems?: readonly { readonly Put?: Named; readonly Update?: Named; readonly Delete?: Named }[];
  readonly RequestItems?: object;
};
type Named = { readonly TableName?: string };

const tablesIn = ({ TableName, TransactItems = [], RequestItems = {} }: Input): ReadonlySet<string> => {
  const named = TransactItems.flatMap(({ Put, Update, Delete }) =>
    [Put, Update, Delete].map((item) => item?.TableName),
  );
  return new Set([TableName, ...named, ...Object.keys(RequestItems)].filter((name) => name !== undefined));
};
