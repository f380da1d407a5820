import { createServer, request } from 'node:http';
import { closed, listening, textOf } from './awsJsonServer.ts';

/** One action on one table, as IAM would judge it: the parts of a transaction or a batch each by itself. */
export type Touch = { readonly action: string; readonly table: string };

export type WatchedDynamoDb = {
  readonly endpoint: string;
  /** Everything that was asked so far. */
  readonly touches: readonly Touch[];
  /** Requests that touch and hold that are refused, as by IAM; null: none. */
  readonly refuse: (isRefused: ((touches: readonly Touch[], body: string) => boolean) | null) => void;
  readonly stop: () => Promise<void>;
};

/** Stands between clients and a DynamoDB API, and writes down what passes. */
export const watchDynamoDb = async (behind: string): Promise<WatchedDynamoDb> => {
  const touches: Touch[] = [];
  let isRefused: Parameters<WatchedDynamoDb['refuse']>[0] = null;
  const server = createServer(async (incoming, response) => {
    const body = await textOf(incoming);
    const touched = touchesOf(String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, ''), JSON.parse(body));
    touches.push(...touched);
    if (isRefused?.(touched, body) === true) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      const type = 'com.amazonaws.dynamodb.v20120810#AccessDeniedException';
      return void response.end(JSON.stringify({ __type: type, message: 'refused' }));
    }
    const { host: _, ...headers } = incoming.headers;
    const passedOn = request(behind, { method: 'POST', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passedOn.on('error', () => incoming.socket.destroy());
    passedOn.end(body);
  });
  return {
    endpoint: await listening(server),
    touches,
    refuse: (told) => {
      isRefused = told;
    },
    stop: () => closed(server),
  };
};

type Body = {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
};

const touchesOf = (action: string, { TableName, RequestItems, TransactItems }: Body): readonly Touch[] => [
  ...(TableName === undefined ? [] : [{ action, table: TableName }]),
  ...Object.keys(RequestItems ?? {}).map((table) => ({ action, table })),
  ...(TransactItems ?? []).flatMap((item) =>
    Object.entries(item).map(([part, { TableName: table }]) => ({ action: PARTS[part] ?? part, table })),
  ),
];

const PARTS: Readonly<Record<string, string>> = {
  ...{ Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' },
};
