import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
  commitOf,
  forgottenRegister,
  headAfter,
  type KeyStore,
  type RecordRef,
  type RecordStore,
  type RecordWrite,
  recordFaultId,
  recordFaultItem,
  recordKey,
  type SourceRecord,
  type StoredRecord,
  type StoreUnavailable,
  staleKey,
  unheardOf,
} from '#domain/index.ts';
import { addCommit, commitAfter, destroyedAmong, type KeyedRecord, type Memory } from './memory.ts';

export type MemoryRecordDeps = {
  readonly keys: Pick<KeyStore, 'obtain'>;
  readonly personal: Readonly<Record<string, ReadonlySet<string>>>;
  readonly clock: Clock;
};

/** The record store as a specification: one merge point, all or none, and a refusal that tells what is there. */
export const memoryRecordStore = (memory: Memory, deps: MemoryRecordDeps): RecordStore => ({
  load: (refs) => readable(deps)(refs.map((ref) => current(memory, ref))),

  loadChanged: (rows) =>
    TE.map((stored: readonly StoredRecord[]) =>
      stored.map((record, index) => (record.lastRow === rows[index]?.hash ? null : record)),
    )(readable(deps)(rows.map(({ ref }) => current(memory, ref)))),

  commit:
    ({ records, appends }) =>
    async () => {
      const overtaken = records.filter(({ record, replaces }) => current(memory, record.ref).ver !== replaces);
      const conflicts = appends.flatMap(({ head }) => commitAfter(memory, head) ?? []);
      if (overtaken.length > 0 || conflicts.length > 0) {
        const winners = await readable(deps)(overtaken.map(({ record }) => current(memory, record.ref)))();
        if (E.isLeft(winners)) return winners;
        return E.left({ type: 'LostRace', records: winners.right, heads: conflicts.map(headAfter) });
      }
      for (const write of records) putRecord(memory, deps, write);
      const commits = appends.filter(({ events }) => events.length > 0).map(commitOf);
      for (const commit of commits) addCommit(memory, commit);
      return E.right(commits.map(headAfter));
    },

  scanObject: (object, { segment, segments, cursor, limit }) =>
    TE.fromIO(() => {
      const keys = [...memory.records.keys()].sort(byCodeUnit).filter((_, index) => index % segments === segment);
      const page = keys.filter((key) => cursor === null || key > cursor).slice(0, limit);
      const records = page
        .flatMap((key) => memory.records.get(key)?.record ?? [])
        .filter(({ ref }) => ref.object === object)
        .map((record) => forget(record, deps.personal[object]));
      return { records, cursor: page.length < limit ? null : (page.at(-1) ?? null) };
    }),
});

const current = ({ records }: Memory, ref: RecordRef): KeyedRecord =>
  records.get(recordKey(ref)) ?? { record: unheardOf(ref), ver: 0, keyId: null };

/** Personal fields whose key has been destroyed are forgotten, and with them the hash of a row that held them. */
const readable =
  ({ keys, personal }: MemoryRecordDeps) =>
  (stored: readonly KeyedRecord[]): TE.TaskEither<StoreUnavailable, readonly StoredRecord[]> =>
    TE.map((destroyed: ReadonlySet<string>) =>
      stored.map(({ keyId, ...known }) => {
        const names = personal[known.record.ref.object];
        if (keyId === null || !destroyed.has(keyId) || names === undefined || names.size === 0) return known;
        return { record: forget(known.record, names), ver: known.ver };
      }),
    )(destroyedAmong(keys, [...new Set(stored.flatMap(({ keyId }) => keyId ?? []))]));

const forget = (record: SourceRecord, names: ReadonlySet<string> = new Set()): SourceRecord => ({
  ...record,
  fields: Object.fromEntries(
    Object.entries(record.fields).map(([name, register]) => [name, names.has(name) ? forgottenRegister : register]),
  ),
});

const putRecord = ({ records, quarantine, stale }: Memory, { clock }: MemoryRecordDeps, write: RecordWrite): void => {
  const { record, replaces, keyId, fault, lastRow } = write;
  records.set(recordKey(record.ref), { record, ver: replaces + 1, keyId, ...(lastRow !== undefined && { lastRow }) });
  for (const { type, entry } of write.stale ?? [])
    if (type === 'appears') stale.set(staleKey(entry), entry);
    else stale.delete(staleKey(entry));
  if (fault === null) quarantine.delete(recordFaultId(record.ref));
  else if (fault !== undefined) {
    const item = recordFaultItem(record.ref, fault, clock());
    quarantine.set(item.id, item);
  }
};

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : 1);
