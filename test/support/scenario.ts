import { expect } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import {
  type AbsenceJob,
  type Catalog,
  type Definitions,
  type DomainEvent,
  datedExistenceStamp,
  decide,
  type EpochMs,
  emptyCatalog,
  eventExistenceStamp,
  eventStamp,
  evolveDefinitions,
  type FieldValue,
  fold,
  initialStates,
  isMemberEvent,
  type Mapping,
  type MemberEvent,
  memberStream,
  merge,
  type Observation,
  recordKey,
  retail,
  rowExistenceStamp,
  rowStamp,
  type SourceRecord,
  type States,
  type StreamName,
  tombstone,
  unheardOf,
} from '#domain/index.ts';

export const ADA = salesforceId('Contact', 1);
export const BEN = salesforceId('Contact', 2);
/** The record that a builder speaks of where a test does not care which. */
const THE: Readonly<Record<string, string>> = {
  Contact: ADA,
  Order: salesforceId('Order', 1),
  Voucher__c: salesforceId('Voucher__c', 1),
  Promotion__c: salesforceId('Promotion__c', 1),
};
export const ORDER = THE.Order!;
export const VOUCHER = THE.Voucher__c!;
export const PROMOTION = THE.Promotion__c!;

export type Fields = Readonly<Record<string, FieldValue>>;

/** What is said, once its place in the history is known: what does not say when is ten seconds after what stands before it. */
export type Said = (index: number) => Observation;

export type Details = {
  readonly id?: string;
  /** Seconds after the beginning. */
  readonly at?: number;
  /** false: the record is gone. */
  readonly exists?: boolean;
};

const START = Date.UTC(2026, 0, 1);
const epochMs = (seconds: number): EpochMs => START + seconds * 1000;

/** A change event that says these fields. commit: its commit number. modifiedAt: seconds, where its LastModifiedDate is another. */
export const event =
  (
    object: string,
    fields: Fields = {},
    details: Details & { readonly commit?: number; readonly modifiedAt?: number } = {},
  ): Said =>
  (index) => {
    const at = epochMs(details.at ?? 10 * (index + 1));
    const position = { commitNumber: String(details.commit ?? index + 1), sequenceNumber: 1 };
    const stamp = eventExistenceStamp(at, position);
    return {
      record: { object, id: details.id ?? THE[object]! },
      existence: { says: details.exists === false ? 'gone' : 'exists', stamp, dated: stamp },
      fields,
      stamp: eventStamp(details.modifiedAt === undefined ? at : epochMs(details.modifiedAt), position),
      gapAt: null,
      reReadAt: null,
      origin: { type: 'event', eventId: `event-${index}` },
      lane: 'live',
    };
  };

export const deleted = (object: string, details: Details = {}): Said =>
  event(object, {}, { ...details, exists: false });

/** A gap event: something changed, nobody says what. */
export const gap =
  (object: string, details: Details = {}): Said =>
  (index) => {
    const at = epochMs(details.at ?? 10 * (index + 1));
    return { ...event(object, {}, details)(index), existence: null, gapAt: at };
  };

/** A row of a load that says these fields. extractedAt: seconds; a minute after what it reports unless said. */
export const row =
  (object: string, fields: Fields = {}, details: Details & { readonly extractedAt?: number } = {}): Said =>
  (index) => {
    const second = details.at ?? 10 * (index + 1);
    const extraction = { at: epochMs(details.extractedAt ?? second + 60), known: true };
    const marginMs = retail.programme.extractionMarginMs;
    return {
      record: { object, id: details.id ?? THE[object]! },
      existence: {
        says: details.exists === false ? 'gone' : 'exists',
        stamp: rowExistenceStamp(epochMs(second), extraction, marginMs),
        dated: datedExistenceStamp(epochMs(second), extraction, marginMs),
      },
      fields,
      stamp: rowStamp(epochMs(second), extraction, marginMs),
      gapAt: null,
      reReadAt: extraction.at,
      origin: { type: 'file', file: `load-${index}`, offset: 0 },
      lane: 'bulk',
    };
  };

/** Two complete loads in a row left the record out; the later began at that second. */
export const absent =
  (object: string, details: Pick<Details, 'id' | 'at'> = {}): Said =>
  (index) => {
    const startedAt = epochMs(details.at ?? 10 * (index + 1));
    const job: AbsenceJob = {
      ...{ object, startedAt, runs: [`load-${index}`], previousStartedAt: null },
      ...{ rows: 0, known: 0, missedTwice: 0, buried: 0, ver: 0, phase: { type: 'burying', cursor: null } },
    };
    return tombstone(job, details.id ?? THE[object]!, retail.programme.extractionMarginMs);
  };

/** All that is known: the merged records and the streams. */
export type Known = {
  readonly records: ReadonlyMap<string, SourceRecord>;
  readonly streams: ReadonlyMap<StreamName, readonly DomainEvent[]>;
};

export const nothing: Known = { records: new Map(), streams: new Map() };

/** Merges a batch and appends what each record's change means: ingest, without a store. */
export const learn = (known: Known, batch: readonly Observation[], mapping: Mapping = retail): Known => {
  const records = new Map(known.records);
  const streams = new Map(known.streams);
  for (const [key, said] of Map.groupBy(batch, ({ record }) => recordKey(record))) {
    const before = records.get(key) ?? unheardOf(said[0]!.record);
    const after = said.reduce((record, one) => merge(record, one, mapping.programme.extractionMarginMs), before);
    if (after === before) continue;
    records.set(key, after);
    for (const { stream, events } of decide(mapping, { before, after }))
      streams.set(stream, [...(streams.get(stream) ?? []), ...events]);
  }
  return { records, streams };
};

const realise = (history: readonly Said[]): readonly Observation[] => history.map((said, index) => said(index));

/** Each observation by itself, in this order. */
export const learnAll = (history: readonly Said[], mapping: Mapping = retail): Known =>
  realise(history).reduce((known, observation) => learn(known, [observation], mapping), nothing);

/** The events that are expected, by stream. */
export type Expected = Readonly<Record<StreamName, readonly EventPattern[]>>;
/** An event as far as a test is about it. */
type EventPattern = { readonly type: DomainEvent['type'] } & Readonly<Record<string, unknown>>;

/** given(what was said before).when(what is said now).then(the events it means, by stream; {} is silence). */
export const given = (...history: readonly Said[]) => givenIn(retail)(...history);

/** The same with a mapping of one's own. */
export const givenIn =
  (mapping: Mapping) =>
  (...history: readonly Said[]) => ({
    when: (said: Said) => ({
      // biome-ignore lint/suspicious/noThenProperty: the words of a scenario; nobody awaits one.
      then: (expected: Expected): void => {
        const before = learnAll(history, mapping);
        const after = learn(before, [said(history.length)], mapping);
        const appended = [...after.streams].flatMap(([stream, events]) => {
          const added = events.slice(before.streams.get(stream)?.length ?? 0);
          return added.length === 0 ? [] : [[stream, added] as const];
        });
        expect(appended.map(([stream, events]) => [stream, events.map(({ type }) => type)])).toEqual(
          Object.entries(expected).map(([stream, events]) => [stream, events.map(({ type }) => type)]),
        );
        expect(Object.fromEntries(appended)).toMatchObject(expected);
      },
    }),
  });

export const memberEventsOf = (known: Known, memberId: string): readonly MemberEvent[] =>
  (known.streams.get(memberStream(memberId)) ?? []).filter(isMemberEvent);

export const statesOf = (known: Known, memberId: string): States =>
  fold(initialStates, memberEventsOf(known, memberId));

/** The definitions as the streams tell them. */
export const catalogOf = (known: Known): Catalog => ({
  ...emptyCatalog,
  ...[...known.streams.values()].flat().reduce<Definitions>(evolveDefinitions, { definitions: {} }),
});
