import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startAwsJsonServer } from './awsJsonServer.ts';

export type SqsServer = {
  readonly sqs: SQSClient;
  readonly endpoint: string;
  readonly queueUrl: string;
  /** Bodies of what was taken, in order. */
  readonly taken: readonly string[];
  /** How many entries each request had. */
  readonly batches: readonly number[];
  /** Of the requests to come, one each: how many entries of it are refused, from its first on; null: the request fails. */
  readonly onSend: (...refused: readonly (number | null)[]) => void;
  readonly stop: () => Promise<void>;
};

type Entries = readonly { readonly Id: string; readonly MessageBody: string }[];

/** SendMessageBatch (SQS API reference). The client is the real one, and checks what it is told of the messages. */
export const startSqsServer = async (): Promise<SqsServer> => {
  const taken: string[] = [];
  const batches: number[] = [];
  const answers: (number | null)[] = [];
  const server = await startAwsJsonServer(({ operation, body }) => {
    const entries = body.Entries as Entries;
    batches.push(entries.length);
    const refused = answers.length > 0 ? answers.shift() : 0;
    if (refused === null || operation !== 'SendMessageBatch')
      return { error: 'QueueDoesNotExist', message: 'there is no queue' };
    const kept = entries.slice(refused);
    taken.push(...kept.map(({ MessageBody }) => MessageBody));
    return {
      body: {
        Successful: kept.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
        Failed: entries.slice(0, refused).map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      },
    };
  });
  const { endpoint } = server;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  return {
    ...{ sqs, endpoint, taken, batches, queueUrl: `${endpoint}/000000000000/parts` },
    onSend: (...told) => void answers.splice(0, answers.length, ...told),
    stop: () => {
      sqs.destroy();
      return server.stop();
    },
  };
};

const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
