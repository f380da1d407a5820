import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';

export type SqsServer = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** Bodies of what was taken, in order. */
  readonly taken: readonly string[];
  /** How many entries each request had. */
  readonly batches: readonly number[];
  /** Of the requests to come, one each: how many entries of it are refused, from its first on; null: the request fails. */
  readonly onSend: (...refused: readonly (number | null)[]) => void;
  readonly stop: () => Promise<void>;
};

type Wire = { readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[] };

/** SendMessageBatch of SQS's JSON protocol (SQS API reference). Checks no signature. The client is the real one. */
export const startSqsServer = async (): Promise<SqsServer> => {
  const taken: string[] = [];
  const batches: number[] = [];
  const answers: (number | null)[] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { Entries: entries } = JSON.parse(text) as Wire;
    batches.push(entries.length);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    const refused = answers.length > 0 ? answers.shift() : 0;
    if (refused === null || request.headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') {
      response.writeHead(400, { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' });
      return void response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no queue' }));
    }
    const kept = entries.slice(refused);
    taken.push(...kept.map(({ MessageBody }) => MessageBody));
    const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
    response.end(
      JSON.stringify({
        Successful: kept.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
        Failed: entries.slice(0, refused).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  return {
    sqs,
    queueUrl: `${endpoint}/000000000000/parts`,
    taken,
    batches,
    onSend: (...told) => void answers.splice(0, answers.length, ...told),
    stop: () =>
      new Promise((closed) => {
        sqs.destroy();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
