import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import type { EventStore, RecordStore } from '../ports.ts';
import type { SourceRecord } from '../record/record.ts';
import { keyIdOf, memberKeyId } from '../record/sealing.ts';
import type { Mapping } from '../source/mapping.ts';
import type { RecordRef } from '../source/observation.ts';
import { candidates } from '../why/sources.ts';
import { loadRecords } from './loadRecords.ts';
import { subjectsTold } from './memberRecords.ts';

/** Every record that can be the member's own: one for each object of members. */
export const ownRefs = (mapping: Mapping, memberId: string): readonly RecordRef[] =>
  candidates(mapping, { role: 'member', id: memberId });

/** Records that belong to a member today, as far as its events ever told of them. */
export type RecordsAbout = { readonly owned: readonly RecordRef[] };

/** null: nobody ever spoke of such a member. */
export const recordsAbout =
  (
    {
      events,
      records,
      mapping,
    }: {
      readonly mapping: Mapping;
      readonly events: Pick<EventStore, 'load'>;
      readonly records: Pick<RecordStore, 'load'>;
    },
    memberId: string,
  ): TaskEither<ReadFailure, RecordsAbout | null> =>
  async () => {
    const told = await subjectsTold({ events }, memberId);
    if (E.isLeft(told)) return told;
    const own = await loadRecords({ records }, ownRefs(mapping, memberId));
    if (E.isLeft(own)) return own;
    if (told.right.length === 0 && own.right.every(({ ver }) => ver === 0)) return E.right(null);
    const refs = told.right.filter(({ role }) => role !== 'member').flatMap((subject) => candidates(mapping, subject));
    const loaded = await loadRecords({ records }, refs);
    if (E.isLeft(loaded)) return loaded;
    const owned = loaded.right.filter(({ record, ver }) => ver > 0 && belongsTo(mapping, memberId, record));
    return E.right({ owned: owned.map(({ record }) => record.ref) });
  };

export const belongsTo = (mapping: Mapping, memberId: string, record: SourceRecord): boolean =>
  keyIdOf(mapping, record) === memberKeyId(memberId);
