import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import { isMemberEvent } from '../event/events.ts';
import { lastVersion, memberStream } from '../event/stream.ts';
import type { EventStore, RecordStore, StoredRecord } from '../ports.ts';
import { isForgotten, isStale, type SourceRecord } from '../record/record.ts';
import { fieldsRead, type Mapping, meaningOf } from '../source/mapping.ts';
import { type FieldValue, type RecordRef, recordKey } from '../source/observation.ts';
import { readStamp, type Stamp, type StampReading, vouchedAtOf } from '../source/stamp.ts';
import type { EpochMs } from '../values/calendar.ts';
import { candidates } from '../why/sources.ts';
import { type Subject, subjectOf } from '../why/subject.ts';
import { loadRecords } from './loadRecords.ts';

export type MemberRecordsDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly records: Pick<RecordStore, 'load'>;
  readonly mapping: Mapping;
};

/** What the sources said of one record that a member's events tell of, merged, as it stands today. */
export type MemberRecord = Subject & {
  /** null: no such record is kept any more, and several objects could be it. */
  readonly object: string | null;
  /** The events of this member that tell of it: the first, the last, how many. null: none does. */
  readonly told: { readonly first: number; readonly last: number; readonly count: number } | null;
  /** null: nobody said. */
  readonly existence: { readonly says: 'exists' | 'gone'; readonly vouchedAt: EpochMs } | null;
  /** The latest change that no source could tell. null: it is up to date. */
  readonly staleSince: EpochMs | null;
  /** It belongs to another member by now, or to nobody: what is personal of it is not told here. */
  readonly isElsewhere: boolean;
  readonly fields: readonly RecordField[];
};

/** The register of a field. */
export type RecordField = {
  readonly field: string;
  /** Our word for it. null: the mapping reads it no more. */
  readonly attribute: string | null;
  readonly value: FieldValue;
  readonly stamp: Stamp;
  /** null: of no source, such as that of a forgotten field. */
  readonly reading: StampReading | null;
};

export type MemberRecords = { readonly records: readonly MemberRecord[]; readonly next: number | null };

const EVENTS_AT_ONCE = 500;

/**
 * The records behind a member's events, the latest told first; `before`: only those last told before that version, `only`: the one with that
 * id. Reads: the stream, and the records of the page. The member's own record is there, whatever is known of it.
 */
export const memberRecords =
  (deps: MemberRecordsDeps) =>
  (
    memberId: string,
    page: { readonly before: number | null; readonly limit: number; readonly only: string | null },
  ): TaskEither<ReadFailure, MemberRecords> =>
  async () => {
    const told = await subjectsTold(deps, memberId);
    if (E.isLeft(told)) return told;
    if (told.right.length === 0) return E.right({ records: [], next: null });
    const wanted = told.right
      .filter(({ id }) => page.only === null || id === page.only)
      .filter(({ told }) => page.before === null || (told?.last ?? 0) < page.before);
    const subjects = wanted.slice(0, page.limit);
    const stored = await storedOf(
      deps,
      subjects.flatMap((subject) => candidates(deps.mapping, subject)),
    );
    if (E.isLeft(stored)) return stored;
    return E.right({
      records: subjects.map((subject) => recordOf(deps.mapping, memberId, subject, stored.right)),
      next: wanted.length > subjects.length ? (subjects.at(-1)?.told?.last ?? null) : null,
    });
  };

export type Told = Subject & Pick<MemberRecord, 'told'>;

/** The latest told first; a member that no event tells of comes last. [] where nothing is known of the member. */
export const subjectsTold = async (
  { events }: Pick<MemberRecordsDeps, 'events'>,
  memberId: string,
): Promise<E.Either<ReadFailure, readonly Told[]>> => {
  const told = new Map<string, Subject & { readonly told: NonNullable<MemberRecord['told']> }>();
  let asOf = 0;
  for (;;) {
    const from = asOf + 1;
    const page = await events.load(memberStream(memberId), { from, to: from + EVENTS_AT_ONCE - 1 })();
    if (E.isLeft(page)) return page;
    for (const commit of page.right) {
      asOf = lastVersion(commit);
      for (const [index, event] of commit.events.entries()) {
        if (!isMemberEvent(event)) continue;
        const subject = subjectOf(event, memberId);
        const key = `${subject.role}/${subject.id}`;
        const version = commit.version + index;
        const known = told.get(key)?.told ?? { first: version, last: version, count: 0 };
        told.set(key, { ...subject, told: { first: known.first, last: version, count: known.count + 1 } });
      }
    }
    if (asOf < from + EVENTS_AT_ONCE - 1) break;
  }
  if (asOf === 0) return E.right([]);
  const latestFirst: readonly Told[] = [...told.values()].toSorted((a, b) => b.told.last - a.told.last);
  const own: Told = { role: 'member', id: memberId, told: null };
  return E.right(told.has(`member/${memberId}`) ? latestFirst : [...latestFirst, own]);
};

const storedOf = async (
  deps: MemberRecordsDeps,
  refs: readonly RecordRef[],
): Promise<E.Either<ReadFailure, ReadonlyMap<string, StoredRecord>>> =>
  E.map((loaded: readonly StoredRecord[]) => {
    const known = loaded.filter(({ ver }) => ver > 0);
    return new Map(known.map((stored) => [recordKey(stored.record.ref), stored]));
  })(await loadRecords(deps, refs));

const recordOf = (
  mapping: Mapping,
  memberId: string,
  subject: Told,
  stored: ReadonlyMap<string, StoredRecord>,
): MemberRecord => {
  const possible = candidates(mapping, subject);
  const record = possible.flatMap((ref) => stored.get(recordKey(ref))?.record ?? [])[0];
  const nothing = { existence: null, staleSince: null, isElsewhere: false, fields: [] };
  if (record === undefined)
    return { ...subject, ...nothing, object: possible.length === 1 ? (possible[0]?.object ?? null) : null };
  const { existence, gap } = record;
  const isElsewhere = isOfSomebodyElse(mapping, memberId, record);
  return {
    ...subject,
    object: record.ref.object,
    existence:
      existence === null || isForgotten(record)
        ? null
        : { says: existence.says, vouchedAt: vouchedAtOf(existence.stamp) },
    staleSince: isStale(record) ? (gap?.since ?? null) : null,
    isElsewhere,
    fields: fieldsOf(mapping, record, isElsewhere),
  };
};

const isOfSomebodyElse = (mapping: Mapping, memberId: string, { ref, fields }: SourceRecord): boolean => {
  const meaning = meaningOf(mapping, ref.object);
  return meaning !== undefined && 'owner' in meaning && fields[meaning.owner]?.value !== memberId;
};

/** In the order of the mapping; what it reads no more comes last. */
const fieldsOf = (mapping: Mapping, { ref, fields }: SourceRecord, isElsewhere: boolean): readonly RecordField[] => {
  const meaning = meaningOf(mapping, ref.object);
  const attributes = new Map<string, string>();
  if (meaning !== undefined) {
    if ('owner' in meaning) attributes.set(meaning.owner, 'owner');
    for (const [name, { field }] of Object.entries({ ...meaning.fields, ...meaning.custom }))
      attributes.set(field, name);
  }
  const personal = new Set(
    meaning === undefined ? [] : fieldsRead(meaning).flatMap(({ field, isPersonal }) => (isPersonal ? [field] : [])),
  );
  const names = new Set([...attributes.keys(), ...Object.keys(fields)]);
  return [...names].flatMap((name) => {
    const register = fields[name];
    if (register === undefined || (isElsewhere && personal.has(name))) return [];
    const { value, stamp } = register;
    return [{ field: name, attribute: attributes.get(name) ?? null, value, stamp, reading: readStamp(stamp) }];
  });
};
