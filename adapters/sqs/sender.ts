import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsError } from '../awsError.ts';

export type SqsSenderDeps = {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly queueUrl: string;
  /** Waits before what was not taken is sent again, for the n-th time. */
  readonly pause: (attempt: number) => Promise<void>;
};

/** Sends messages; resolves with why some were not taken, null: all were. What was taken may have been taken twice. */
export type SendMessages = (bodies: readonly string[]) => Promise<string | null>;

/** SQS: at most ten messages in one SendMessageBatch; a part to load is a few hundred bytes of the 256 KiB that they may have in all. */
const MAX_MESSAGES = 10;
const MAX_TRIES = 5;

export const sqsSender =
  (deps: SqsSenderDeps): SendMessages =>
  async (bodies) => {
    for (let from = 0; from < bodies.length; from += MAX_MESSAGES) {
      const refused = await sendBatch(deps, bodies.slice(from, from + MAX_MESSAGES));
      if (refused !== null) return refused;
    }
    return null;
  };

const sendBatch = async (
  { sqs, queueUrl, pause }: SqsSenderDeps,
  bodies: readonly string[],
): Promise<string | null> => {
  let left = bodies.map((body) => ({ Id: randomUUID(), MessageBody: body }));
  let reason = '';
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    try {
      const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
      const taken = new Set(sent.Successful?.map(({ Id }) => Id));
      left = left.filter(({ Id }) => !taken.has(Id));
      if (left.length === 0) return null;
      reason = `the queue did not take a message (${sent.Failed?.[0]?.Code ?? 'no reason told'})`;
    } catch (error) {
      reason = awsError(error).reason;
    }
    if (tries < MAX_TRIES) await pause(tries);
  }
  return reason;
};
