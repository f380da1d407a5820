import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { StoreCorrupt } from '#domain/index.ts';
import type { DeliveryKey, StepOutcome, Subject } from '../delivery/delivery.ts';
import type { Place, Queue } from '../delivery/place.ts';
import { EVENT, eventKey } from './acceptedItem.ts';
import { cardKey, MEMBER } from './cardItem.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { type Item, type ItemImage, longTextIn, number, numberIn, textIn, withText } from './item.ts';

/**
 * Stored format, version with care: one subject's place in the queue of one destination is one item of the deliveries table, beside the card or event.
 *
 *   p "member#<id>"  s "to#<destination>"     or     p "event#<id>"  s "<source>#to#<destination>"
 *   f   format        ver  number of writes         wanted, done  revisions        updatedAt  ms
 *   bucket "<destination>#<queue>#<0…3>", due  ms: for the index `waiting`; neither where nothing is left to do
 *   since  ms, held  the bucket again: while something waits
 *   notBefore  ms: the end of a claim or a back-off     token: of whoever has it in hand     settled: of the claim before     nudged  ms
 *   failures, reason; of the dead diedAfter, diedOf instead: whatever comes next need not know that it was dead
 *   backedOff  ms, of those failures; not of the dead, nor where there were none
 *   w   steps and progress, JSON     wz   the same deflated, where that is cheaper
 *   expiresAt   seconds: of an event's delivery, which goes with it
 */
export const FORMAT = 1;
const CAME = { plain: 'w', deflated: 'wz' } as const;

/** expiresAt null: it stays. */
export type StoredPlace = { readonly place: Place; readonly ver: number; readonly expiresAt: number | null };

export const placeKey = ({ subject, destination }: DeliveryKey): Item => ({
  p: subjectKey(subject).p ?? { S: '' },
  s: { S: subject.type === 'member' ? `${TO}${destination}` : `${subject.source}#${TO}${destination}` },
});
export const subjectKey = (subject: Subject): Item =>
  subject.type === 'member' ? cardKey(subject.memberId) : eventKey(subject);

/** A destination's name holds no "#". */
export const TO = 'to#';

/** null: an item of another kind. */
export const readPlaceKey = (item: ItemImage): DeliveryKey | null => {
  const [p = '', s = ''] = [textIn(item, 'p'), textIn(item, 's')];
  if (p.startsWith(MEMBER) && s.startsWith(TO))
    return { subject: { type: 'member', memberId: p.slice(MEMBER.length) }, destination: s.slice(TO.length) };
  const to = s.lastIndexOf(`#${TO}`);
  if (!p.startsWith(EVENT) || to < 0) return null;
  const subject: Subject = { type: 'event', source: s.slice(0, to), id: p.slice(EVENT.length) };
  return { subject, destination: s.slice(to + 1 + TO.length) };
};

/** One partition of an index takes a thousand writes a second (DynamoDB guide, "Best practices for designing partition keys"). */
const BUCKETS = 4;

export const bucketsOf = (destination: string, queue: Queue): readonly string[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => `${destination}#${queue}#${bucket}`);

export const bucketOf = (key: DeliveryKey, queue: Queue): string => {
  const { p } = subjectKey(key.subject);
  const bucket = (createHash('sha256').update(`${p?.S}`).digest()[0] ?? 0) % BUCKETS;
  return `${key.destination}#${queue}#${bucket}`;
};

export const placeItem = ({ place, ver, expiresAt }: StoredPlace): Item => {
  const { key, queue, since, steps, progress } = place;
  const bucket = queue === null ? null : bucketOf(key, queue);
  const [after, of] = queue === 'dead' ? ['diedAfter', 'diedOf'] : ['failures', 'reason'];
  return withText(
    {
      ...placeKey(key),
      ...{ f: number(FORMAT), ver: number(ver), wanted: number(place.wanted), done: number(place.done) },
      ...texts({ bucket, held: since === null ? null : bucket, token: place.token, settled: place.settled }),
      ...numbers({ due: place.due, since, notBefore: place.notBefore, nudged: place.nudged, expiresAt }),
      ...numbers({ backedOff: queue === 'dead' ? null : (place.backedOffMs ?? null) }),
      ...{ ...numbers({ [after]: place.failures }), ...texts({ [of]: place.reason }) },
      updatedAt: number(place.updatedAt),
    },
    JSON.stringify({ steps, progress: progress ?? null }),
    CAME,
  );
};

const texts = (values: Readonly<Record<string, string | null>>): Item =>
  Object.fromEntries(Object.entries(values).flatMap(([name, S]) => (S === null ? [] : [[name, { S }]])));
const numbers = (values: Readonly<Record<string, number | null>>): Item =>
  Object.fromEntries(Object.entries(values).flatMap(([name, N]) => (N === null ? [] : [[name, number(N)]])));

export const readPlace = (item: ItemImage): E.Either<StoreCorrupt, StoredPlace> => {
  const bad = (reason: string) => E.left(corrupt('delivery', reason));
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const key = readPlaceKey(item);
  const [ver, wanted, updatedAt] = [numberIn(item, 'ver'), numberIn(item, 'wanted'), numberIn(item, 'updatedAt')];
  if (key === null || ver === undefined || wanted === undefined || updatedAt === undefined)
    return bad('expected a delivery');
  const queue = queueIn(item, key);
  if (queue === undefined) return bad('bucket: expected a queue');
  const came = decodedJson(Came, longTextIn(item, CAME) ?? NOTHING_CAME);
  if (E.isLeft(came)) return bad(came.left);
  const numeral = (name: string): number | null => numberIn(item, name) ?? null;
  const text = (name: string): string | null => textIn(item, name) ?? null;
  const [after, of] = queue === 'dead' ? ['diedAfter', 'diedOf'] : ['failures', 'reason'];
  const place: Place = {
    ...{ key, wanted, updatedAt, queue, done: numeral('done') ?? 0, due: numeral('due'), since: numeral('since') },
    ...{ notBefore: numeral('notBefore'), nudged: numeral('nudged'), token: text('token'), settled: text('settled') },
    ...{
      failures: numeral(after) ?? 0,
      backedOffMs: numeral('backedOff') ?? undefined,
      reason: text(of),
      steps: came.right.steps,
      progress: came.right.progress,
    },
  };
  return E.right({ place, ver, expiresAt: numeral('expiresAt') });
};

const queueIn = (item: ItemImage, key: DeliveryKey): Queue | null | undefined => {
  const bucket = textIn(item, 'bucket');
  return bucket === undefined ? null : QUEUES.find((queue) => bucket.startsWith(`${key.destination}#${queue}#`));
};
const QUEUES: readonly Queue[] = ['live', 'bulk', 'confirming', 'dead'];

const Step: t.Type<StepOutcome, unknown> = t.intersection([
  t.type({
    step: t.string,
    at: t.number,
    outcome: t.keyof({ ok: null, refused: null, failed: null, skipped: null }),
    status: t.union([t.number, t.null]),
    reason: t.union([t.string, t.null]),
    tries: t.number,
    durationMs: t.number,
  }),
  t.partial({ of: t.string }),
]);
const Came = t.type({ steps: t.readonlyArray(Step), progress: t.unknown }, 'what came of it');
const NOTHING_CAME = '{"steps":[],"progress":null}';
