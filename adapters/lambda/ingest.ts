import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  type EpochMs,
  type IngestDeps,
  type IngestReport,
  ingest,
  type Observation,
  type QuarantineItem,
  type QuarantineStore,
  type RunStore,
  readInstant,
  type StaleStore,
} from '#domain/index.ts';
import type { ObjectGap } from '../source/changeEvent.ts';
import type { InputFault } from '../source/fault.ts';
import { quarantined } from '../source/quarantined.ts';
import { readEntry } from '../source/readEntry.ts';
import { isRunNews, type RunNews, readRunNews } from '../source/runNews.ts';
import { unwrapEntry } from '../source/unwrap.ts';

/** SQS's shape, as far as it is read: an event in each body, wrapped as unwrapEntry says. */
export type QueueMessage = { readonly messageId: string; readonly body: string };
export type QueueBatch = { readonly Records: readonly QueueMessage[] };
export type QueueBatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

export type IngestHandlerDeps = IngestDeps & {
  readonly quarantine: Pick<QuarantineStore, 'put'>;
  readonly stale: Pick<StaleStore, 'openObject'>;
  readonly runs: Pick<RunStore, 'record'>;
  readonly onIngested?: (report: IngestReport, batch: IngestedBatch) => void;
};

/** quarantined: what was put aside. sentAt: when the messages were put on the bus, of those that say so. */
export type IngestedBatch = { readonly quarantined: readonly QuarantineItem[]; readonly sentAt: readonly EpochMs[] };

/** Entries of the source bus, from the queue into records and events. A message fails alone; what cannot be understood is kept aside. */
export const ingestHandler =
  (deps: IngestHandlerDeps) =>
  async (batch: QueueBatch): Promise<QueueBatchResponse> => {
    const messages = batch.Records.map((message) => ({ message, ...readMessage(deps, message) }));
    const observations = messages.flatMap((read) => read.observations);
    const report = await ingest(deps)(observations)();

    const failed = new Set<string>(await tellOthers(deps, messages));
    const aside: { readonly messageId: string; readonly item: QuarantineItem }[] = [];
    let next = 0;
    for (const { message, observations: ofMessage, quarantine } of messages) {
      for (const item of quarantine) aside.push({ messageId: message.messageId, item });
      for (const observation of ofMessage) {
        const outcome = report.outcomes[next];
        next += 1;
        if (outcome?.type === 'retry') failed.add(message.messageId);
        if (outcome?.type === 'refused') {
          const fault = { path: observation.record.object, expected: outcome.reason };
          aside.push({
            messageId: message.messageId,
            item: quarantined(observation.origin, fault, deps.clock(), message.body),
          });
        }
      }
    }
    if (aside.length > 0) {
      const kept = await deps.quarantine.put(aside.map(({ item }) => item))();
      if (E.isLeft(kept)) for (const { messageId } of aside) failed.add(messageId);
    }
    deps.onIngested?.(report, {
      quarantined: aside.map(({ item }) => item),
      sentAt: messages.flatMap(({ sentAt = null }) => sentAt ?? []),
    });
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

type ReadMessage = {
  readonly observations: readonly Observation[];
  readonly quarantine: readonly QuarantineItem[];
  readonly objectGaps?: readonly ObjectGap[];
  readonly run?: RunNews | null;
  readonly sentAt?: EpochMs | null;
};

/** What is about no single record: gaps of whole objects, and how flow runs go. Returns the messages of which it could not be kept. */
const tellOthers = async (
  { stale, runs }: IngestHandlerDeps,
  messages: readonly (ReadMessage & { readonly message: QueueMessage })[],
): Promise<readonly string[]> => {
  const failed: string[] = [];
  for (const { message, objectGaps = [], run = null } of messages) {
    const told = [
      ...objectGaps.map(({ object, since }) => stale.openObject(object, since)),
      ...(run === null ? [] : [runs.record(run.ref, run.fact)]),
    ];
    for (const tell of told) if (E.isLeft(await tell())) failed.push(message.messageId);
  }
  return failed;
};

/**
 * What names an event in lists, in keys of the store and beside the records it told of: EventBridge's and Salesforce's are UUIDs. What somebody else
 * puts there may be as long as a message, or a person's name.
 */
const isEventId = (id: unknown): id is string => typeof id === 'string' && /^[\w.:/#@+=-]{1,128}$/.test(id);

const readMessage = ({ mapping, clock }: IngestHandlerDeps, { messageId, body }: QueueMessage): ReadMessage => {
  const envelope = unwrapEntry(body);
  if (envelope === null) {
    const fault = { path: 'message', expected: 'expected an EventBridge event as a JSON object' };
    return { observations: [], quarantine: [quarantined({ type: 'event', eventId: messageId }, fault, clock(), body)] };
  }
  const eventId = isEventId(envelope.id) ? envelope.id : messageId;
  const origin = { type: 'event', eventId } as const;
  const aside = (faults: readonly InputFault[]) => faults.map((fault) => quarantined(origin, fault, clock(), body));
  const sentAt = O.toNullable(readInstant(envelope.time));
  if (isRunNews(envelope)) {
    const news = readRunNews(mapping, envelope);
    return E.isLeft(news)
      ? { observations: [], quarantine: aside([news.left]), sentAt }
      : { observations: [], quarantine: [], run: news.right, sentAt };
  }
  const { observations, objectGaps = [], faults } = readEntry(mapping, envelope, eventId);
  return { observations, objectGaps, quarantine: aside(faults), sentAt };
};
