import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { physicalName } from '../topology.ts';

export type LettersDeps = { readonly sqs: Pick<SQSClient, 'send'>; readonly prefix: string };

export const PAGE = 10;

export const urlOf = async ({ sqs, prefix }: LettersDeps, queue: string): Promise<string> => {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: physicalName(prefix, queue) }));
  return QueueUrl;
};

/** A page of what nobody holds; nobody else gets it for so long. */
export const receive = async (
  { sqs }: LettersDeps,
  QueueUrl: string,
  VisibilityTimeout: number,
): Promise<readonly Message[]> => {
  const received = await sqs.send(
    new ReceiveMessageCommand({
      ...{ QueueUrl, VisibilityTimeout, MaxNumberOfMessages: PAGE, WaitTimeSeconds: 1 },
      ...{ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] },
    }),
  );
  return received.Messages ?? [];
};

/** What could not be deleted comes again. */
export const remove = async ({ sqs }: LettersDeps, QueueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (let from = 0; from < messages.length; from += PAGE) {
    const Entries = messages
      .slice(from, from + PAGE)
      .map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
};

export const release = async ({ sqs }: LettersDeps, QueueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (const { ReceiptHandle = '' } of messages)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
};
