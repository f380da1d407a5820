import * as E from 'fp-ts/lib/Either.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryAbsenceStore } from '#adapters/memory/absenceStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryRunStore } from '#adapters/memory/runStore.ts';
import { memoryStaleStore } from '#adapters/memory/staleStore.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import {
  type AbsenceDeps,
  type AbsenceRound,
  acceptDeletions,
  buryAbsent,
  eventExistenceStamp,
  eventStamp,
  ingest,
  type Mapping,
  noAudit,
  type Observation,
  personalFields,
  type RunEnd,
  retail,
  runKey,
} from '#domain/index.ts';
import { got, tickingClock } from '#test/contract/given.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const hour = (hours: number): number => START + hours * HOUR;
const contact = (index: number): string => salesforceId('Contact', index + 1);
export const contacts = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

export type LoadOptions = {
  readonly flow?: string;
  readonly unreadable?: number;
  /** More, or fewer, than the file holds. */
  readonly reported?: number;
  readonly end?: Partial<RunEnd>;
  /** The file was thrown away after it was loaded. */
  readonly isFileLost?: boolean;
};

/** An org of contacts, its full loads, and deletion by absence over stores in memory. Contacts by number, times in hours. */
export const fullLoads = (declared: NonNullable<Mapping['fullLoads']> = ['Contact'], flows: Mapping['flows'] = {}) => {
  const mapping: Mapping = { ...retail, flows, fullLoads: declared };
  const memory = emptyMemory();
  const keys = memoryKeys();
  const clock = tickingClock();
  const records = memoryRecordStore(memory, { keys, personal: personalFields(mapping), clock });
  const runs = memoryRunStore(clock);
  const stale = memoryStaleStore(memory);
  const files = new Map<string, readonly string[]>();
  const deps: AbsenceDeps = {
    ingest: { records, events: memoryEventStore(memory, keys), clock, mapping },
    ...{ records, runs, absences: memoryAbsenceStore(), cache: { current: null }, pagesPerRound: 100 },
    rowIds: (found, visit) => async () => {
      for (const { ref } of found) {
        const ids = files.get(runKey(ref));
        if (ids === undefined) return E.left({ type: 'FilesUnreadable', reason: 'gone' });
        ids.forEach(visit);
      }
      return E.right(undefined);
    },
  };
  const told = (index: number, hours: number, says: 'exists' | 'gone'): Observation => {
    const position = { commitNumber: '1', sequenceNumber: 1 };
    const stamp = eventExistenceStamp(hour(hours), position);
    return {
      record: { object: 'Contact', id: contact(index) },
      existence: { says, stamp, dated: stamp },
      fields: { MemberNumber__c: `M-${index}` },
      stamp: eventStamp(hour(hours), position),
      ...{ gapAt: null, reReadAt: null, origin: { type: 'event', eventId: 'e' }, lane: 'live' },
    };
  };
  const round = (others: Partial<AbsenceDeps> = {}): Promise<AbsenceRound> => got(buryAbsent({ ...deps, ...others }));

  return {
    ...{ mapping, deps, runs, stale, clock, round },
    hear: async (indexes: readonly number[], hours: number, says: 'exists' | 'gone' = 'exists'): Promise<void> => {
      await ingest(deps.ingest)(indexes.map((index) => told(index, hours, says)))();
    },
    gap: async (index: number, hours: number): Promise<void> => {
      const { fields: _, ...said } = told(index, hours, 'exists');
      await ingest(deps.ingest)([{ ...said, fields: {}, existence: null, gapAt: hour(hours) }])();
    },
    /** A run that brings these contacts, reported from start to end. */
    load: async (indexes: readonly number[], hours: number, options: LoadOptions = {}): Promise<string> => {
      const ref = { flow: options.flow ?? 'Contact', executionId: `run-${hours}` };
      const rows = indexes.length;
      const extraction = { at: hour(hours), known: true };
      if (rows > 0)
        await got(
          runs.record(ref, {
            type: 'FileLoaded',
            file: 'a',
            extraction,
            rows,
            unreadable: options.unreadable ?? 0,
            audit: noAudit,
          }),
        );
      const end = { endedAt: hour(hours) + 60_000, isSuccessful: true, failures: 0, error: null, ...options.end };
      await got(
        runs.record(ref, {
          type: 'EndReported',
          startedAt: hour(hours),
          end: { ...end, rows: options.reported ?? rows },
        }),
      );
      if (options.isFileLost !== true) files.set(runKey(ref), indexes.map(contact));
      return ref.executionId;
    },
    /** Rounds until there is nothing to do. */
    settle: async (others: Partial<AbsenceDeps> = {}): Promise<number> => {
      for (let buried = 0; ; ) {
        const done = await round(others);
        buried += done.buried;
        if (!done.isUnfinished) return buried;
      }
    },
    accept: (executionId: string, flow = 'Contact') => got(acceptDeletions(deps)({ flow, executionId })),
    job: () => got(deps.absences.load('Contact')),
    misses: async () => (await got(deps.absences.misses('Contact', null, 1_000))).misses.length,
    /** Numbers of the contacts that exist. */
    existing: (): readonly number[] =>
      contacts(0, 2_000).filter(
        (index) => memory.records.get(`Contact/${contact(index)}`)?.record.existence?.says === 'exists',
      ),
    eventsOf: (index: number) =>
      (memory.streams.get(`member-${contact(index)}`) ?? []).flatMap(({ events }) => events.map(({ type }) => type)),
  };
};
