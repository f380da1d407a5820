import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Live, Publications, ViewStore } from '#domain/index.ts';
import {
  type DeadLetter,
  type DeadLetters,
  deadLetterQueues,
  queueBefore,
  type Redriven,
  relayQueueOf,
} from '../deadLetters/deadLetters.ts';
import { KeyText } from '../keyText.ts';
import { parsedJson } from '../parsedJson.ts';
import { type DeadLetterQueueName, type PipeName, physicalName, topology, type WorkQueueName } from '../topology.ts';
import { memberIn } from './flowDetail.ts';
import type { BatchOutcome } from './functions.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { type StreamRecord, toJsonItem } from './streamPort.ts';

export type LocalDeadLettersDeps = {
  readonly lettersOf: (queue: DeadLetterQueueName) => Journal;
  readonly send: (queue: WorkQueueName, bodies: readonly string[]) => Promise<void>;
  /** As a pipe hands a record to its target. */
  readonly deliver: (pipe: PipeName, records: readonly StreamRecord[]) => Promise<BatchOutcome>;
  readonly views: Pick<ViewStore, 'loadMany'>;
  readonly publications: Pick<Publications, 'restate'>;
  readonly dynamodb: DynamoDBClient;
  readonly prefix: string;
};

/** The journals of what local queues and pipes gave up. */
export const localDeadLetters = (deps: LocalDeadLettersDeps): DeadLetters => ({
  list: async () => {
    const listed = await Promise.all(
      deadLetterQueues.map(async (queue) =>
        (await newest(deps.lettersOf(queue))).map((entry) => shown(queue, entry)).reverse(),
      ),
    );
    return listed.flat();
  },

  redrive: async (queue) => {
    const letters = deps.lettersOf(queue);
    const end = await letters.head();
    let sentBack = 0;
    const left: Redriven['left'][number][] = [];
    // What comes back meanwhile lies behind the end: each is sent back once.
    for (let after = 0n; after < end; ) {
      const page = (await letters.read(after, PAGE)).filter(({ sequence }) => sequence <= end);
      for (const entry of page) {
        const reason = await sendBack(deps, queue, entry);
        if (reason === null) sentBack += 1;
        else left.push({ id: String(entry.sequence), reason });
        // It stays behind the others, with the reason it has now.
        if (reason !== null) await letters.append([renewed(entry, reason)]);
        await letters.removeEach([entry]);
      }
      after = page[page.length - 1]?.sequence ?? end;
    }
    return { queue, sentBack, left };
  },
});

const PAGE = 100;
const LISTED = 100n;

const newest = async (letters: Journal): Promise<readonly JournalEntry[]> => {
  const head = await letters.head();
  return letters.read(head > LISTED ? head - LISTED : 0n, Number(LISTED));
};

/** As queue.ts and pipe.ts bury them. */
const Message = t.type({ queue: t.string, body: t.string });
const Digits = t.refinement(t.string, (text) => /^\d{1,16}$/.test(text));
const Record = t.type({
  pipe: t.keyof(topology.pipes),
  eventID: t.string,
  sequenceNumber: t.string,
  // As DynamoDB takes them: asked for anything else it throws, and the letters behind this one would stay.
  keys: t.intersection([t.type({ p: t.type({ S: KeyText }) }), t.partial({ v: t.type({ N: Digits }) })]),
});
type Record = t.TypeOf<typeof Record>;

const shown = (queue: DeadLetterQueueName, { sequence, text }: JournalEntry): DeadLetter => {
  const { queue: from, pipe, receives, attempts, reason, diedAt } = Object(parsedJson(text));
  const tries = receives ?? attempts;
  return {
    ...{ queue, id: String(sequence), from: textOf(from ?? pipe), reason: textOf(reason), diedAt: textOf(diedAt) },
    tries: typeof tries === 'number' ? tries : null,
  };
};

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const renewed = ({ text }: JournalEntry, reason: string): string => {
  const dead = parsedJson(text);
  if (typeof dead !== 'object' || dead === null) return text;
  const attempts = 'attempts' in dead && typeof dead.attempts === 'number' ? dead.attempts + 1 : 1;
  return JSON.stringify({ ...dead, attempts, reason });
};

/** Why it stays; null: it is with whom it is for. */
const sendBack = async (
  deps: LocalDeadLettersDeps,
  queue: DeadLetterQueueName,
  { text }: JournalEntry,
): Promise<string | null> => {
  const dead = parsedJson(text);
  const message = Message.decode(dead);
  if (E.isRight(message)) {
    const { body } = message.right;
    await deps.send(queueBefore(queue) ?? relayQueueOf(body), [body]);
    return null;
  }
  const record = Record.decode(dead);
  if (E.isLeft(record)) return 'it is neither a message nor a record of a stream';
  const { pipe, keys } = record.right;
  if (pipe === 'publish') return publish(deps, memberIn(keys.p));
  const asItIs = await read(deps, record.right);
  if (asItIs === null) return 'what it is about is not there any more';
  const outcome = await deps.deliver(pipe, [asItIs]);
  if (outcome.type === 'threw') return outcome.reason;
  return outcome.failed.length === 0 ? null : 'failed again';
};

/** A pass may have changed since: what it is now says that as well. */
const publish = async (
  { views, publications }: LocalDeadLettersDeps,
  memberId: string | null,
): Promise<string | null> => {
  if (memberId === null) return 'it is about no member';
  const lives = await views.loadMany([memberId])();
  if (E.isLeft(lives)) return lives.left.type;
  const restated = await publications.restate(lives.right.filter(({ revision }: Live) => revision > 0))();
  return E.isLeft(restated) ? restated.left.reason : null;
};

/** The record as its table has it now: an item of the log never changes. null: it is gone. */
const read = async (
  { dynamodb, prefix }: LocalDeadLettersDeps,
  { pipe, keys, eventID, sequenceNumber }: Record,
): Promise<StreamRecord | null> => {
  const TableName = physicalName(prefix, topology.pipes[pipe].source.table);
  const Key = { p: keys.p, ...(keys.v !== undefined && { v: keys.v }) };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  if (Item === undefined) return null;
  return {
    ...{ eventID, eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'local' },
    eventSourceARN: TableName,
    dynamodb: {
      ...{ Keys: toJsonItem(Key), NewImage: toJsonItem(Item), SequenceNumber: sequenceNumber },
      ...{ ApproximateCreationDateTime: Date.now() / 1_000, SizeBytes: 0, StreamViewType: 'NEW_IMAGE' },
    },
  };
};
