import { type Box, boxNamed } from '../flow/graph.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { FlowDetail, FlowItem, PartDetail } from '../http/answers/flow.ts';
import { isoText } from '../isoText.ts';
import type { DestinationText } from '../middleware/destinationText.ts';
import { parsedJson } from '../parsedJson.ts';
import type { FlowDeps, Snapshot } from './flow.ts';
import type { JournalEntry } from './journal.ts';
import type { SeenItem } from './meter.ts';

export type FlowDetailDeps = Pick<FlowDeps, 'meter' | 'queues' | 'nowMs'> & {
  readonly snapshot: () => Promise<Snapshot>;
  /** What a bus that keeps it carried last, newest first; of another, nothing. */
  readonly lastOn: (bus: string) => Promise<readonly CarriedEvent[]>;
  /** The last of a dead-letter queue, oldest first. */
  readonly lettersOf: (queue: string) => Promise<readonly JournalEntry[]>;
};

/** What is behind a box, part by part; null: no box and no part has that name. */
export const flowDetail =
  (deps: FlowDetailDeps) =>
  async (name: string): Promise<FlowDetail | null> => {
    const snapshot = await deps.snapshot();
    const box = boxNamed(snapshot.graph, name);
    if (box === null) return null;
    const here = box.parts.filter(({ id }) => snapshot.flow.parts[id] !== undefined);
    return { box: box.name, parts: await Promise.all(here.map((part) => detailOf(deps, snapshot, part))) };
  };

const detailOf = async (
  { meter, queues, lettersOf, lastOn, nowMs }: FlowDetailDeps,
  { flow, destinations }: Snapshot,
  { id, kind, name }: Box['parts'][number],
): Promise<PartDetail> => {
  const { arrived, calls, meanMs, failures, seen } = meter.read(id);
  const destination = kind === 'destinations' ? destinations.find((one) => one.name === name) : undefined;
  const now = flow.parts[id];
  if (now === undefined) throw new Error(`the part ${id} has no numbers`);
  const carried = kind === 'buses' ? (await lastOn(name)).map(carriedItem) : [];
  const last = destination === undefined ? [...carried, ...seen.map(seenItem)] : answersOf(destination);
  return {
    ...now,
    ...{ id, arrived, calls, meanMs },
    failures: failures.map(({ at, ...failure }) => ({ at: isoText(at), ...failure })),
    last,
    queue: kind === 'queues' ? waitingIn(queues()[name]?.messages ?? [], nowMs()) : [],
    deadLetters: kind === 'queues' && now.dead > 0 ? (await lettersOf(name)).map(letter).reverse() : [],
    facts: destination === undefined ? [] : factsOf(destination),
  };
};

const seenItem = (item: SeenItem): FlowItem => ({ ...item, tries: null, reason: null });

const carriedItem = ({ id, time, 'detail-type': what, detail }: CarriedEvent): FlowItem => {
  const { memberId, stream } = Object(Object(detail).metadata);
  return {
    ...{ id, what, at: time, tries: null, reason: null },
    memberId: typeof memberId === 'string' ? memberId : memberIn({ S: stream }),
  };
};

const MAX_WAITING = 20;

const waitingIn = (messages: ReturnType<FlowDeps['queues']>[string]['messages'], nowMs: number): readonly FlowItem[] =>
  messages.slice(0, MAX_WAITING).map(({ text, receives, seenAt }) => ({
    ...envelopeItem(text),
    at: isoText(nowMs - (performance.now() - seenAt)),
    ...{ tries: receives, reason: null },
  }));

/** Of a message or of a stream record: see DeadMessage, DeadRecord. */
const letter = ({ text }: JournalEntry): FlowItem => {
  const dead = Object(parsedJson(text));
  const { reason, diedAt, receives, attempts, body, eventID, keys, queue, pipe } = dead;
  const item =
    typeof body === 'string'
      ? envelopeItem(body)
      : { id: String(eventID), what: String(pipe ?? queue), memberId: memberIn(Object(keys).p) };
  return {
    ...{ ...item, at: String(diedAt) },
    ...{ tries: Number(receives ?? attempts ?? 0), reason: String(reason) },
  };
};

/** What an event is, without its detail. */
const envelopeItem = (text: string): Pick<FlowItem, 'id' | 'what' | 'memberId'> => {
  const { id, source, 'detail-type': type, detail } = Object(parsedJson(text));
  const { memberId } = Object(Object(detail).metadata);
  return {
    id: typeof id === 'string' ? id : 'unknown',
    what: typeof type === 'string' ? `${type} from ${source}` : 'not an event',
    memberId: typeof memberId === 'string' ? memberId : null,
  };
};

/** Of the key of an item in a table of streams. */
export const memberIn = (key: unknown): string | null => {
  const stream: unknown = Object(key).S;
  return typeof stream === 'string' && stream.startsWith('member-') ? stream.slice('member-'.length) : null;
};

const answersOf = ({ lastAnswers }: DestinationText): readonly FlowItem[] =>
  lastAnswers.map(({ at, type, status, reason }, index) => ({
    ...{
      id: `${at}-${index}`,
      what: [type, status].filter(Boolean).join(' '),
      at,
      memberId: null,
      tries: null,
      reason,
    },
  }));

const factsOf = ({ breaker, pace, inHand, lastError, pausedUntil, certificateDaysLeft }: DestinationText) => [
  {
    name: 'Breaker',
    value: breaker.until === null ? breaker.state : `${breaker.state}, one is tried at`,
    at: breaker.until,
  },
  { name: 'Pace', value: `${pace.perSecond} a second, ${pace.burst} at once`, at: null },
  { name: 'In hand', value: `${inHand.live} live, ${inHand.bulk} bulk`, at: null },
  ...(pausedUntil === null ? [] : [{ name: 'Left alone', value: 'until', at: pausedUntil }]),
  ...(lastError === null
    ? []
    : [
        {
          name: 'Last error',
          value: [lastError.status, lastError.reason].filter(Boolean).join(' '),
          at: lastError.at,
        },
      ]),
  ...(certificateDaysLeft === undefined
    ? []
    : [{ name: 'Certificate', value: `${certificateDaysLeft} days left`, at: null }]),
];
