import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { deadLetterQueues } from '#adapters/deadLetters/deadLetters.ts';
import { localDeadLetters } from '#adapters/local/deadLetters.ts';
import type { JournalEntry } from '#adapters/local/journal.ts';
import { parsedJson } from '#adapters/parsedJson.ts';
import { awsDeadLetters } from '#adapters/sqs/awsDeadLetters.ts';
import { documentArb } from '../mutations.ts';
import { changeEvents } from '../seeds.ts';
import { Broken, type Decoder, type Target } from '../target.ts';

const diedAt = '2026-11-22T10:00:00.000Z';
const wallet = JSON.stringify({ source: 'billfold.wallet', detail: { metadata: { lane: 'bulk', memberId: 'm' } } });
const keys = { p: { S: 'member-0038d0000000007AAA' }, v: { N: '3' } };
const letters = [
  { queue: 'ingest', body: JSON.stringify(changeEvents[0]), receives: 5, reason: 'threw', diedAt },
  { queue: 'relayBulk', body: wallet, receives: 5, reason: 'status 400', diedAt },
  { pipe: 'poke', eventID: '1', sequenceNumber: '7', keys, attempts: 3, reason: 'failed', diedAt },
  { pipe: 'publish', eventID: '2', sequenceNumber: '8', keys: { p: keys.p }, attempts: 3, reason: 'failed', diedAt },
];

/** One letter in every dead-letter queue, listed and sent back: on a laptop, and as SQS holds it. */
const open = async (): Promise<Decoder<Buffer>> => ({
  play: async (bytes) => {
    const text = bytes.toString();
    let sent = 0;
    let isLeft = false;
    for (const queue of deadLetterQueues) {
      const kept = journalOf(text);
      const local = localDeadLetters({
        lettersOf: () => kept.journal,
        send: async () => {
          sent += 1;
        },
        deliver: async () => ({ type: 'handled', failed: [] }),
        views: { loadMany: () => TE.right([]) },
        publications: { restate: () => TE.right(undefined) },
        ...{ dynamodb: emptyTables, prefix: 'billfold' },
      });
      await local.list();
      const { sentBack, left } = await local.redrive(queue);
      if (sentBack + left.length !== 1) throw new Broken('a letter was lost, or is there twice');
      if (kept.entries().length !== left.length) throw new Broken('what stays is not what was said to stay');
      isLeft ||= left.length > 0;
    }
    const inSqs = sqsWith(text);
    for (const queue of deadLetterQueues) {
      const aws = awsDeadLetters({ sqs: inSqs, prefix: 'billfold', reconcile: async () => null });
      await aws.list();
      const { sentBack, left } = await aws.redrive(queue);
      if (sentBack + left.length !== 1) throw new Broken('a letter of SQS was lost, or is there twice');
    }
    return { type: sent > 0 ? 'value' : isLeft ? 'refused' : 'aside' };
  },
});

const journalOf = (text: string) => {
  let entries: readonly JournalEntry[] = [{ sequence: 1n, parts: 1, text }];
  return {
    entries: () => entries,
    journal: {
      head: async () => BigInt(entries.length),
      read: async (after: bigint) => entries.filter(({ sequence }) => sequence > after),
      append: async (texts: readonly string[]) => {
        const added = texts.map((one, at) => ({ sequence: BigInt(entries.length + at + 1), parts: 1, text: one }));
        entries = [...entries, ...added];
        return added.map(({ sequence }) => sequence);
      },
      removeEach: async (gone: readonly JournalEntry[]) => {
        entries = entries.filter((entry) => !gone.includes(entry));
      },
      remove: async () => undefined,
      waitForNews: async () => undefined,
    },
  };
};

/** Holds nothing, and refuses keys as DynamoDB does (API reference, GetItem: ValidationException). */
const emptyTables = {
  send: async ({ input }: { readonly input: { readonly Key: Pick<typeof keys, 'p'> & Partial<typeof keys> } }) => {
    const { p, v } = input.Key;
    if (p.S === '' || (v !== undefined && !/^-?\d+(\.\d+)?$/.test(v.N))) throw new Error('ValidationException');
    return {};
  },
} as unknown as DynamoDBClient;

/** Each queue holds a message of that body, with attributes as the body says. */
const sqsWith = (Body: string): SQSClient => {
  const said = Object(parsedJson(Body));
  const told = (value: unknown) => ({ StringValue: typeof value === 'string' ? value : undefined });
  const message = {
    ...{ MessageId: '1', ReceiptHandle: 'r', Body, Attributes: { SentTimestamp: '1793613600000' } },
    MessageAttributes: { RULE_ARN: told(said.queue), ERROR_MESSAGE: told(said.reason) },
  };
  const send = async (command: object) => {
    const { name } = command.constructor;
    if (name === 'GetQueueUrlCommand') return { QueueUrl: 'https://sqs' };
    if (name === 'GetQueueAttributesCommand') return { Attributes: { ApproximateNumberOfMessages: '1' } };
    return name === 'ReceiveMessageCommand' ? { Messages: [message] } : {};
  };
  return { send } as unknown as SQSClient;
};

export const deadLetters: Target<Buffer> = {
  name: 'dead-letters',
  about: 'what queues and pipes gave up, listed and sent back: local journals, SQS',
  inputs: documentArb(letters),
  found: {
    'a key that no table has': Buffer.from(JSON.stringify({ ...letters[2], keys: { p: { S: '' }, v: { N: 'x' } } })),
  },
  open,
  show: (bytes) => JSON.stringify(bytes.toString('latin1').slice(0, 2_000)),
};
