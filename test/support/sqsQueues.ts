import { createHash, randomUUID } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startAwsJsonServer } from './awsJsonServer.ts';

type Letter = {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  receipt: string | null;
};

export type SqsQueues = {
  readonly sqs: SQSClient;
  readonly endpoint: string;
  readonly put: (queue: string, body: string, more?: Partial<Pick<Letter, 'sentAt' | 'attributes'>>) => void;
  /** Bodies, in order; also of those that somebody holds. */
  readonly bodies: (queue: string) => readonly string[];
  /** As when the time that they were held is over. */
  readonly letGo: (queue: string) => void;
  /** The next request of that operation fails. */
  readonly refuse: (operation: string) => void;
  readonly stop: () => Promise<void>;
};

/** Queues as SQS has them, for the real client, but for time: what is received stays hidden until it is let go, unless it was asked for no time at all. */
export const startSqsQueues = async (): Promise<SqsQueues> => {
  const queues = new Map<string, Letter[]>();
  const refused: string[] = [];
  const lettersOf = (name: string): Letter[] => {
    const letters = queues.get(name) ?? [];
    queues.set(name, letters);
    return letters;
  };
  const put: SqsQueues['put'] = (queue, body, { sentAt = 0, attributes = {} } = {}) =>
    void lettersOf(queue).push({ id: randomUUID(), body, sentAt, attributes, receipt: null });

  const answers: Readonly<Record<string, (letters: Letter[], body: Readonly<Record<string, unknown>>) => object>> = {
    GetQueueAttributes: (letters) => ({ Attributes: { ApproximateNumberOfMessages: String(letters.length) } }),
    ReceiveMessage: (letters, { MaxNumberOfMessages, VisibilityTimeout }) => ({
      Messages: letters
        .filter(({ receipt }) => receipt === null)
        .slice(0, Number(MaxNumberOfMessages))
        .map((letter) => {
          const receipt = randomUUID();
          if (VisibilityTimeout !== 0) letter.receipt = receipt;
          return {
            ...{ MessageId: letter.id, ReceiptHandle: receipt, Body: letter.body, MD5OfBody: md5(letter.body) },
            Attributes: { SentTimestamp: String(letter.sentAt) },
            MessageAttributes: Object.fromEntries(
              Object.entries(letter.attributes).map(([name, StringValue]) => [
                name,
                { DataType: 'String', StringValue },
              ]),
            ),
          };
        }),
    }),
    SendMessage: (letters, { MessageBody }) => {
      letters.push({ id: randomUUID(), body: String(MessageBody), sentAt: 0, attributes: {}, receipt: null });
      return { MessageId: 'm', MD5OfMessageBody: md5(String(MessageBody)) };
    },
    DeleteMessageBatch: (letters, { Entries }) => {
      const entries = Entries as readonly { readonly Id: string; readonly ReceiptHandle: string }[];
      const gone = new Set(entries.map(({ ReceiptHandle }) => ReceiptHandle));
      letters.splice(0, letters.length, ...letters.filter(({ receipt }) => receipt === null || !gone.has(receipt)));
      return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
    ChangeMessageVisibility: (letters, { ReceiptHandle }) => {
      for (const letter of letters) if (letter.receipt === ReceiptHandle) letter.receipt = null;
      return {};
    },
  };
  const server = await startAwsJsonServer(({ operation, body }) => {
    if (refused.includes(operation)) {
      refused.splice(refused.indexOf(operation), 1);
      return { error: 'InternalError', message: `no ${operation} today` };
    }
    if (operation === 'GetQueueUrl') return { body: { QueueUrl: `${server.endpoint}/000000000000/${body.QueueName}` } };
    const letters = lettersOf(String(body.QueueUrl).split('/').at(-1) ?? '');
    const answered = answers[operation]?.(letters, body);
    return answered === undefined ? { error: 'InvalidAction' } : { body: answered };
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint: server.endpoint, region: 'local', credentials, maxAttempts: 1 });
  return {
    ...{ sqs, endpoint: server.endpoint, put },
    bodies: (queue) => lettersOf(queue).map(({ body }) => body),
    letGo: (queue) => {
      for (const letter of lettersOf(queue)) letter.receipt = null;
    },
    refuse: (operation) => void refused.push(operation),
    stop: () => {
      sqs.destroy();
      return server.stop();
    },
  };
};

const md5 = (body: string): string => createHash('md5').update(body).digest('hex');
