import * as E from 'fp-ts/lib/Either.js';
import type { Task } from 'fp-ts/lib/Task.js';
import { failureText, type ReadFailure, tooManyLosses } from '../errors.ts';
import type { Append } from '../event/append.ts';
import type { DomainEvent } from '../event/events.ts';
import { ownerOf, type StreamName } from '../event/stream.ts';
import type { Clock, RecordStore, RecordWrite, StoredRecord } from '../ports.ts';
import { auditRow, type Finding } from '../record/audit.ts';
import { decide } from '../record/decide.ts';
import { lastRowOf } from '../record/lastRow.ts';
import { merge } from '../record/merge.ts';
import { recordFault } from '../record/readFacts.ts';
import { keyIdOf } from '../record/sealing.ts';
import { staleChanges } from '../record/staleness.ts';
import type { Mapping } from '../source/mapping.ts';
import { type Observation, type RecordRef, recordKey } from '../source/observation.ts';
import {
  type Concerned,
  emptyHeadMemory,
  findHeads,
  type HeadDeps,
  type HeadMemory,
  type Heads,
  keepHeads,
  learnLost,
  learnWritten,
  noHeads,
} from './heads.ts';

export type IngestDeps = HeadDeps & {
  readonly records: Pick<RecordStore, 'load' | 'commit'>;
  readonly clock: Clock;
  readonly mapping: Mapping;
  /** Heads that this process learnt lately. None: nothing is remembered from batch to batch. */
  readonly heads?: HeadMemory;
};

/** What became of each observation, in the order given, and what it cost the log. */
export type IngestReport = {
  readonly outcomes: readonly IngestOutcome[];
  readonly recordsChanged: number;
  readonly eventsAppended: number;
  /** What the rows among them showed to have gone wrong before; of those that are done. */
  readonly findings: readonly Finding[];
};

export type IngestOutcome =
  | { readonly type: 'done' }
  /** Nothing was written for it; deliver it again. */
  | { readonly type: 'retry'; readonly reason: string }
  /** It can never be stored; keep it aside. */
  | { readonly type: 'refused'; readonly reason: string };

/** DynamoDB: at most 100 items in a transaction, at most 100 keys in a BatchGetItem. */
export const MAX_TRANSACTION_ITEMS = 100;
export const MAX_BATCH_RECORDS = 100;

/** Lost races before a record is left for redelivery; each loss means that somebody else made progress. */
const MAX_ATTEMPTS = 25;

/**
 * Merges a batch of observations into their records and appends what the changes mean.
 * One BatchGet for up to 100 records, one head read for each stream concerned but those of new owners, one transaction for up to 100 items. What says nothing new writes nothing,
 * so delivering a batch twice, or in pieces, or in another order, changes nothing. known: records that were just read, by recordKey.
 */
export const ingest =
  (deps: IngestDeps) =>
  (observations: readonly Observation[], known: ReadonlyMap<string, StoredRecord> = new Map()): Task<IngestReport> =>
  async () => {
    const tally: Tally = { recordsChanged: 0, eventsAppended: 0, verdicts: new Map(), findings: new Map() };
    const groups = Map.groupBy(observations, ({ record }) => recordKey(record));
    await ingestRecords({ ...deps, heads: deps.heads ?? emptyHeadMemory(), known }, groups, [...groups.keys()], tally);
    const outcomes = observations.map(({ record }) => tally.verdicts.get(recordKey(record)) ?? done);
    const findings = [...tally.findings].flatMap(([key, found]) => (tally.verdicts.has(key) ? [] : found));
    return { outcomes, recordsChanged: tally.recordsChanged, eventsAppended: tally.eventsAppended, findings };
  };

type BatchDeps = Required<IngestDeps> & { readonly known: ReadonlyMap<string, StoredRecord> };

type Tally = {
  recordsChanged: number;
  eventsAppended: number;
  readonly verdicts: Map<string, IngestOutcome>;
  /** By record, against what it was when it was merged last. */
  readonly findings: Map<string, readonly Finding[]>;
};

const done: IngestOutcome = { type: 'done' };

const ingestRecords = async (
  deps: BatchDeps,
  groups: ReadonlyMap<string, readonly Observation[]>,
  keys: readonly string[],
  tally: Tally,
): Promise<void> => {
  const stored = await readRecords(deps, groups, keys);
  if (E.isLeft(stored)) return apart(deps, groups, keys, stored.left, tally);

  const heads = noHeads();
  let pending = keys;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const changes = pending.flatMap((key) => changeOf(deps, stored.right.get(key), groups.get(key) ?? [], tally));
    const missing = await findHeads(deps, deps.heads, heads, changes.flatMap(concernedBy));
    if (missing !== null) return apart(deps, groups, pending, missing, tally);
    const lost: string[] = [];
    for (const wave of wavesOf(pack(changes))) {
      const writes = wave.map((transaction) => write(deps, transaction, stored.right, heads, tally));
      lost.push(...(await Promise.all(writes)).flat());
    }
    keepHeads(deps.heads, heads);
    if (lost.length > 0 && attempt >= MAX_ATTEMPTS) return postpone(lost, tooManyLosses('ingest'), tally);
    pending = lost;
  }
};

/** One thing that cannot be read must not hold up the others: each half alone, until it stands by itself. */
const apart = async (
  deps: BatchDeps,
  groups: ReadonlyMap<string, readonly Observation[]>,
  keys: readonly string[],
  failure: ReadFailure,
  tally: Tally,
): Promise<void> => {
  const [only] = keys;
  if (failure.type === 'StoreUnavailable' || only === undefined) return postpone(keys, failure, tally);
  if (keys.length === 1) {
    tally.verdicts.set(only, { type: 'refused', reason: failureText(failure) });
    return;
  }
  const half = Math.ceil(keys.length / 2);
  await ingestRecords(deps, groups, keys.slice(0, half), tally);
  await ingestRecords(deps, groups, keys.slice(half), tally);
};

/** The records as stored, those that are not known in BatchGets side by side. */
const readRecords = async (
  { records, known }: BatchDeps,
  groups: ReadonlyMap<string, readonly Observation[]>,
  keys: readonly string[],
): Promise<E.Either<ReadFailure, Map<string, StoredRecord>>> => {
  const stored = new Map<string, StoredRecord>();
  const refs: RecordRef[] = [];
  for (const key of keys) {
    const record = known.get(key);
    const ref = groups.get(key)?.[0]?.record;
    if (record !== undefined) stored.set(key, record);
    else if (ref !== undefined) refs.push(ref);
  }
  const batches = Array.from({ length: Math.ceil(refs.length / MAX_BATCH_RECORDS) }, (_, batch) =>
    refs.slice(batch * MAX_BATCH_RECORDS, (batch + 1) * MAX_BATCH_RECORDS),
  );
  for (const loaded of await Promise.all(batches.map((batch) => records.load(batch)()))) {
    if (E.isLeft(loaded)) return loaded;
    for (const record of loaded.right) stored.set(recordKey(record.record.ref), record);
  }
  return E.right(stored);
};

/** A record that the observations change, with the events that this means. */
type Change = {
  readonly key: string;
  readonly write: RecordWrite;
  readonly cause: Observation;
  readonly streams: readonly { readonly stream: StreamName; readonly events: readonly DomainEvent[] }[];
};

/** [] where the observations say nothing new. */
const changeOf = (
  { mapping }: IngestDeps,
  stored: StoredRecord | undefined,
  observations: readonly Observation[],
  { findings }: Pick<Tally, 'findings'>,
): readonly Change[] => {
  if (stored === undefined) return [];
  let after = stored.record;
  let cause: Observation | null = null;
  const found: Finding[] = [];
  for (const observation of observations) {
    if (observation.rowHash !== undefined) found.push(...auditRow(mapping, after, observation));
    const merged = merge(after, observation, mapping.programme.extractionMarginMs);
    if (merged !== after) cause = observation;
    after = merged;
  }
  // After a lost race it is judged again: the event may have come meanwhile.
  if (found.length > 0) findings.set(recordKey(after.ref), found);
  else if (findings.size > 0) findings.delete(recordKey(after.ref));
  const meaning = mapping.objects[after.ref.object];
  if (cause === null || meaning === undefined) return [];
  const faultBefore = recordFault(meaning, mapping.programme, stored.record);
  const fault = recordFault(meaning, mapping.programme, after);
  const isSameFault = faultBefore?.path === fault?.path && faultBefore?.expected === fault?.expected;
  const stale = staleChanges(mapping, stored.record, after);
  const lastRow = lastRowOf(after, observations.at(-1));
  const write: RecordWrite = {
    record: after,
    replaces: stored.ver,
    keyId: keyIdOf(mapping, after),
    ...(isSameFault ? {} : { fault: fault === null ? null : { fault, origin: cause.origin } }),
    ...(stale.length === 0 ? {} : { stale }),
    ...(lastRow === undefined ? {} : { lastRow }),
  };
  const streams = decide(mapping, { before: stored.record, after });
  return [{ key: recordKey(after.ref), write, cause, streams }];
};

const concernedBy = ({ streams, write: { record, replaces } }: Change): readonly Concerned[] =>
  streams.map(({ stream }) => ({ stream, isOfNew: replaces === 0 && ownerOf(stream).id === record.ref.id }));

/** Fills transactions in order; changes of one owner that meet in a batch share its commit. */
const pack = (changes: readonly Change[]): readonly (readonly Change[])[] => {
  const ordered = changes.toSorted((a, b) => (streamOf(a) < streamOf(b) ? -1 : streamOf(a) > streamOf(b) ? 1 : 0));
  const transactions: Change[][] = [];
  let items = Number.POSITIVE_INFINITY;
  let streams = new Set<StreamName>();
  for (const change of ordered) {
    if (items + itemsAdded(change, streams) > MAX_TRANSACTION_ITEMS) {
      transactions.push([]);
      streams = new Set();
      items = 0;
    }
    transactions.at(-1)?.push(change);
    items += itemsAdded(change, streams);
    for (const { stream } of change.streams) streams.add(stream);
  }
  return transactions;
};

/** A record, its fault, what is stale of it, and a commit for each stream that the transaction does not append to yet. */
const itemsAdded = ({ write, streams }: Change, appendedTo: ReadonlySet<StreamName>): number =>
  1 +
  ('fault' in write ? 1 : 0) +
  (write.stale?.length ?? 0) +
  streams.filter(({ stream }) => !appendedTo.has(stream)).length;

/** Transactions side by side, as long as no two of them append to one stream. */
const wavesOf = (transactions: readonly (readonly Change[])[]): readonly (readonly (readonly Change[])[])[] => {
  const waves: (readonly Change[])[][] = [];
  let appendedTo = new Set<StreamName>();
  for (const transaction of transactions) {
    const streams = transaction.flatMap((change) => change.streams.map(({ stream }) => stream));
    if (waves.length === 0 || streams.some((stream) => appendedTo.has(stream))) {
      waves.push([]);
      appendedTo = new Set();
    }
    waves.at(-1)?.push(transaction);
    for (const stream of streams) appendedTo.add(stream);
  }
  return waves;
};

const streamOf = (change: Change): StreamName => change.streams[0]?.stream ?? '';

/** One transaction. Returns the keys to merge again; what could not be stored at all is split until it stands alone. */
const write = async (
  deps: BatchDeps,
  changes: readonly Change[],
  stored: Map<string, StoredRecord>,
  heads: Heads,
  tally: Tally,
): Promise<readonly string[]> => {
  const appends = appendsOf(changes, heads, deps.clock());
  const committed = await deps.records.commit({ records: changes.map((change) => change.write), appends })();
  if (E.isRight(committed)) {
    learnWritten(heads, committed.right);
    tally.recordsChanged += changes.length;
    tally.eventsAppended += appends.reduce((sum, { events }) => sum + events.length, 0);
    return [];
  }
  const failure = committed.left;
  if (failure.type === 'LostRace') {
    for (const record of failure.records) stored.set(recordKey(record.record.ref), record);
    learnLost(deps.heads, heads, failure.heads);
    return changes.map(({ key }) => key);
  }
  if (failure.type === 'StoreUnavailable') {
    postpone(
      changes.map(({ key }) => key),
      failure,
      tally,
    );
    return [];
  }
  const [only] = changes;
  if (changes.length === 1 && only !== undefined) {
    tally.verdicts.set(only.key, { type: 'refused', reason: failureText(failure) });
    return [];
  }
  const half = Math.ceil(changes.length / 2);
  return [
    ...(await write(deps, changes.slice(0, half), stored, heads, tally)),
    ...(await write(deps, changes.slice(half), stored, heads, tally)),
  ];
};

/** One append for each stream concerned. Time never runs backwards within a stream, whatever the clock says. */
const appendsOf = (changes: readonly Change[], { ends }: Heads, now: number): readonly Append[] => {
  const parts = changes.flatMap(({ streams, cause }) => streams.map((part) => ({ ...part, cause })));
  return [...Map.groupBy(parts, ({ stream }) => stream)].flatMap(([stream, ofStream]) => {
    const head = ends.get(stream);
    const first = ofStream[0];
    if (head === undefined || first === undefined) throw new Error(`no head was found of ${stream}`);
    return [
      {
        head,
        events: ofStream.flatMap(({ events }) => events),
        recordedAt: Math.max(now, head.recordedAt),
        origin: first.cause.origin,
        lane: ofStream.some(({ cause }) => cause.lane === 'live') ? ('live' as const) : ('bulk' as const),
      },
    ];
  });
};

const postpone = (keys: readonly string[], failure: ReadFailure, tally: Tally): void => {
  for (const key of keys) tally.verdicts.set(key, { type: 'retry', reason: failureText(failure) });
};
