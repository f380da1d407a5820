import { GetQueueAttributesCommand, type Message, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { EpochMs } from '#domain/index.ts';
import { awsError } from '../awsError.ts';
import {
  type DeadLetter,
  type DeadLetters,
  deadLetterQueues,
  pipeBefore,
  queueBefore,
  queueOfRule,
  type Redriven,
  relayQueueOf,
} from '../deadLetters/deadLetters.ts';
import { type DeadLetterQueueName, type QueueName, topology } from '../topology.ts';
import { type LettersDeps, receive, release, remove, urlOf } from './letters.ts';

export type AwsDeadLettersDeps = LettersDeps & {
  /**
   * Mends what a pipe gave up from the log, and publishes again what was written since then (null: nothing). Resolves with why not; null: it is mended. Letters
   * of pipes name shards and numbers of a stream that forgets within a day: there is nothing in them to send back.
   */
  readonly reconcile: (republishSince: EpochMs | null) => Promise<string | null>;
};

/**
 * The dead-letter queues on AWS. Each letter is received, sent to where it belongs and deleted: SQS' own redrive knows one destination a task, while those
 * of the relay have two lanes, and knows none for what rules could not hand over (API reference, StartMessageMoveTask).
 */
export const awsDeadLetters = (deps: AwsDeadLettersDeps): DeadLetters => ({
  list: async () => {
    const listed: DeadLetter[] = [];
    for (const queue of deadLetterQueues) {
      const messages = await receive(deps, await urlOf(deps, queue), SHOWN_AGAIN_AT_ONCE);
      listed.push(...messages.map((message) => shown(queue, message)));
    }
    return listed;
  },

  redrive: async (queue) => {
    const url = await urlOf(deps, queue);
    const count = await countOf(deps, url);
    return pipeBefore(queue) === null ? sendBack(deps, queue, url, count) : mend(deps, queue, url, count);
  },
});

const SHOWN_AGAIN_AT_ONCE = 0;
/** Enough for a page; of what was not deleted by then, another call takes care. */
const HELD_SECONDS = 120;
/** A job over a large log. SQS: twelve hours at most. */
const HELD_WHILE_MENDING_SECONDS = 43_200;

/** A page at a time, as many as there were: what comes back meanwhile waits for another call. */
const sendBack = async (
  deps: AwsDeadLettersDeps,
  queue: DeadLetterQueueName,
  url: string,
  count: number,
): Promise<Redriven> => {
  const left: Redriven['left'][number][] = [];
  let sentBack = 0;
  for (let seen = 0; seen < count; ) {
    const messages = await receive(deps, url, HELD_SECONDS);
    if (messages.length === 0) break;
    seen += messages.length;
    const done: Message[] = [];
    for (const message of messages) {
      const to = destinationOf(queue, message);
      const reason = to === null ? NOWHERE : await send(deps, to, message);
      if (reason === null) done.push(message);
      else left.push({ id: message.MessageId ?? '', reason });
    }
    await remove(deps, url, done);
    sentBack += done.length;
  }
  return { queue, sentBack, left };
};

const NOWHERE = 'it was meant for no queue: the runbook dead-letters says what to do';

const destinationOf = (queue: DeadLetterQueueName, message: Message): QueueName | null => {
  const { Body: body = '' } = message;
  if (queue === 'undelivered') return queueOfRule(ruleIn(message) ?? '');
  return queueBefore(queue) ?? relayQueueOf(body);
};

/** What EventBridge adds to what it could not hand over: arn:aws:events:…:rule/<bus>/<prefix>-<name>. */
const ruleIn = ({ MessageAttributes }: Message): string | null =>
  MessageAttributes?.RULE_ARN?.StringValue?.split('/').at(-1)?.replace(/^.*-/, '') ?? null;

/** All of them together are mended by one walk over the log. */
const mend = async (
  deps: AwsDeadLettersDeps,
  queue: DeadLetterQueueName,
  url: string,
  count: number,
): Promise<Redriven> => {
  const held: Message[] = [];
  while (held.length < count) {
    const messages = await receive(deps, url, HELD_WHILE_MENDING_SECONDS);
    if (messages.length === 0) break;
    held.push(...messages);
  }
  if (held.length === 0) return { queue, sentBack: 0, left: [] };
  const reason = queue === 'announceDead' ? UNTOLD : await deps.reconcile(sinceOf(queue, held));
  if (reason === null) await remove(deps, url, held);
  else await release(deps, url, held);
  return {
    queue,
    sentBack: reason === null ? held.length : 0,
    left: reason === null ? [] : held.map(({ MessageId = '' }) => ({ id: MessageId, reason })),
  };
};

const UNTOLD = 'the log holds the events, and nothing announces them again: the runbook dead-letters says what to do';

/** A record was as old as a pipe lets it become, when it was given up. */
const sinceOf = (queue: DeadLetterQueueName, messages: readonly Message[]): EpochMs | null => {
  if (queue !== 'publishDead') return null;
  const sentAt = messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? 0));
  return Math.min(...sentAt) - topology.pipes.publish.source.maximumRecordAgeSeconds * 1_000;
};

const countOf = async ({ sqs }: AwsDeadLettersDeps, QueueUrl: string): Promise<number> => {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
};

const send = async (deps: AwsDeadLettersDeps, to: QueueName, { Body = '' }: Message): Promise<string | null> => {
  try {
    await deps.sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(deps, to), MessageBody: Body }));
    return null;
  } catch (error) {
    return awsError(error).reason;
  }
};

const shown = (queue: DeadLetterQueueName, message: Message): DeadLetter => {
  const { MessageId: id = '', Attributes, MessageAttributes } = message;
  const sentAt = Attributes?.SentTimestamp;
  return {
    ...{ queue, id, from: pipeBefore(queue) ?? ruleIn(message) ?? queueBefore(queue) },
    tries: null,
    reason: MessageAttributes?.ERROR_MESSAGE?.StringValue ?? MessageAttributes?.ERROR_CODE?.StringValue ?? null,
    diedAt: sentAt === undefined ? null : new Date(Number(sentAt)).toISOString(),
  };
};
