import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable, Unstorable } from '../errors.ts';
import { memberStream } from '../event/stream.ts';
import { causeOf } from '../pass/live.ts';
import type { Clock, EventStore, ForgottenStore, KeyStore, RecordStore, StoredRecord } from '../ports.ts';
import type { ProjectionRef } from '../projection/lineup.ts';
import { isForgotten } from '../record/record.ts';
import {
  forgottenRecord,
  keyIdOf,
  memberKeyId,
  personalFields,
  recordKeyId,
  withoutPersonal,
} from '../record/sealing.ts';
import { staleChanges } from '../record/staleness.ts';
import type { Mapping } from '../source/mapping.ts';
import type { Lane, Origin, RecordRef } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { candidates } from '../why/sources.ts';
import { MAX_BATCH_RECORDS, MAX_TRANSACTION_ITEMS } from './ingest.ts';
import { subjectsTold } from './memberRecords.ts';
import { foldMember } from './project.ts';
import { MAX_ATTEMPTS, type ProjectDeps } from './projectDeps.ts';

export type ForgetDeps = {
  readonly records: Pick<RecordStore, 'load' | 'commit'>;
  readonly events: Pick<EventStore, 'head' | 'load'>;
  readonly keys: Pick<KeyStore, 'destroy'>;
  readonly forgotten: Pick<ForgottenStore, 'ask'>;
  /** Resolves when no process holds a key any more that was destroyed before it was asked. */
  readonly untilKeysAreLetGo: () => TaskEither<StoreUnavailable, void>;
  readonly project: ProjectDeps;
  readonly clock: Clock;
  readonly mapping: Mapping;
};

/** The fact, and what it came to. */
export type ForgottenMember = {
  readonly memberId: string;
  /** Of MemberForgotten: "member-<id>@<version>". */
  readonly eventId: string;
  readonly version: number;
  readonly forgottenAt: EpochMs;
  /** The member's own record, and those that belonged to the member then. */
  readonly records: readonly RecordRef[];
  /** Projections that failed and hold the pass back as it was: LIVE still has the old one. []: the pass is void, or there never was one. */
  readonly heldBackBy: readonly ProjectionRef[];
};

export type ForgetFailure =
  | ReadFailure
  | Unstorable
  /** No record of that id, and no event. */
  | { readonly type: 'MemberUnknown'; readonly memberId: string };

const LANE: Lane = 'live';

/**
 * Forgets a member. Killed at any step it is run again from the beginning, and every step that was done says nothing new:
 *
 *   asked      the id is remembered, before anything else: whoever comes next goes on with it
 *   keys       destroyed: the member's, and those of records that waited for their owner. What they sealed reads as forgotten from here on
 *   waited     until no process holds the keys: what is appended after the fact cannot hold personal facts
 *   fact       one transaction: the member's own record becomes the greatest of all, which takes in nothing any more, and MemberForgotten is appended
 *   scrubbed   the records that belong to the member: their personal registers are later than any source, so they stay empty wherever they move
 *   folded     LIVE: the pass is void, states let go of what they kept (a law of every projection)
 */
export const forgetMember =
  (deps: ForgetDeps) =>
  (memberId: string): TaskEither<ForgetFailure, ForgottenMember> =>
  async () => {
    const known = await recordsAbout(deps, memberId)();
    if (E.isLeft(known)) return known;
    if (known.right === null) return E.left({ type: 'MemberUnknown', memberId });
    const asked = await deps.forgotten.ask(memberId, deps.clock())();
    if (E.isLeft(asked)) return asked;
    const destroyed = await destroyKeys(deps, memberId, known.right);
    if (E.isLeft(destroyed)) return destroyed;
    const letGo = await deps.untilKeysAreLetGo()();
    if (E.isLeft(letGo)) return letGo;
    const fact = await appendFact(deps, memberId);
    if (E.isLeft(fact)) return fact;
    // Read again: what came in before the keys were gone belongs to it.
    const about = await recordsAbout(deps, memberId)();
    if (E.isLeft(about)) return about;
    const owned = (about.right ?? known.right).owned;
    const scrubbed = await scrub(deps, memberId, owned);
    if (E.isLeft(scrubbed)) return scrubbed;
    const { version, forgottenAt } = fact.right;
    const stream = memberStream(memberId);
    const cause = causeOf(stream, version, LANE, originOf(memberId));
    const folded = await foldMember(deps.project)({ memberId, toVersion: version, images: [], cause })();
    if (E.isLeft(folded)) return folded;
    return E.right({
      ...{ memberId, eventId: `${stream}@${version}`, version, forgottenAt },
      records: [...ownRefs(deps.mapping, memberId), ...owned],
      heldBackBy: folded.right.live.asOf < version ? folded.right.parked : [],
    });
  };

const originOf = (memberId: string): Origin => ({ type: 'event', eventId: `forget ${memberId}` });

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
    }: Pick<ForgetDeps, 'mapping'> & {
      readonly events: Pick<EventStore, 'load'>;
      readonly records: Pick<RecordStore, 'load'>;
    },
    memberId: string,
  ): TaskEither<ReadFailure, RecordsAbout | null> =>
  async () => {
    const told = await subjectsTold({ events }, memberId);
    if (E.isLeft(told)) return told;
    const own = await loadAll({ records }, ownRefs(mapping, memberId));
    if (E.isLeft(own)) return own;
    if (told.right.length === 0 && own.right.every(({ ver }) => ver === 0)) return E.right(null);
    const refs = told.right.filter(({ role }) => role !== 'member').flatMap((subject) => candidates(mapping, subject));
    const loaded = await loadAll({ records }, refs);
    if (E.isLeft(loaded)) return loaded;
    const owned = loaded.right.filter(({ record, ver }) => ver > 0 && belongsTo(mapping, memberId, { record }));
    return E.right({ owned: owned.map(({ record }) => record.ref) });
  };

const belongsTo = (mapping: Mapping, memberId: string, { record }: Pick<StoredRecord, 'record'>): boolean =>
  keyIdOf(mapping, record) === memberKeyId(memberId);

const loadAll = async (
  { records }: { readonly records: Pick<RecordStore, 'load'> },
  refs: readonly RecordRef[],
): Promise<E.Either<ReadFailure, readonly StoredRecord[]>> => {
  const all: StoredRecord[] = [];
  for (let at = 0; at < refs.length; at += MAX_BATCH_RECORDS) {
    const loaded = await records.load(refs.slice(at, at + MAX_BATCH_RECORDS))();
    if (E.isLeft(loaded)) return loaded;
    all.push(...loaded.right);
  }
  return E.right(all);
};

const destroyKeys = async (
  { keys }: ForgetDeps,
  memberId: string,
  { owned }: RecordsAbout,
): Promise<E.Either<StoreUnavailable, void>> => {
  // The member's last: where it is gone, all of them are.
  for (const keyId of [...owned.map(recordKeyId), memberKeyId(memberId)]) {
    const destroyed = await keys.destroy(keyId)();
    if (E.isLeft(destroyed)) return destroyed;
  }
  return E.right(undefined);
};

type Fact = Pick<ForgottenMember, 'version' | 'forgottenAt'>;

/** Record and fact are one write, so a forgotten record means that the fact is there. */
const appendFact = async (deps: ForgetDeps, memberId: string): Promise<E.Either<ForgetFailure, Fact>> => {
  const stream = memberStream(memberId);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const own = await loadAll(deps, ownRefs(deps.mapping, memberId));
    if (E.isLeft(own)) return own;
    const head = await deps.events.head(stream, 'strong')();
    if (E.isLeft(head)) return head;
    if (own.right.some(({ record }) => isForgotten(record))) {
      const found = await factIn(deps, memberId);
      if (E.isLeft(found)) return found;
      if (found.right !== null) return E.right(found.right);
    }
    const recordedAt = Math.max(deps.clock(), head.right.recordedAt);
    const committed = await deps.records.commit({
      records: own.right.map(({ record, ver }) => {
        const after = forgottenRecord(record.ref);
        return {
          record: after,
          replaces: ver,
          keyId: memberKeyId(memberId),
          stale: staleChanges(deps.mapping, record, after),
        };
      }),
      appends: [
        { head: head.right, events: [{ type: 'MemberForgotten' }], recordedAt, origin: originOf(memberId), lane: LANE },
      ],
    })();
    if (E.isRight(committed)) return E.right({ version: head.right.version + 1, forgottenAt: recordedAt });
    if (committed.left.type !== 'LostRace') return E.left(committed.left);
  }
  return E.left(tooManyLosses('forget a member'));
};

const factIn = async ({ events }: ForgetDeps, memberId: string): Promise<E.Either<ReadFailure, Fact | null>> => {
  const loaded = await events.load(memberStream(memberId))();
  if (E.isLeft(loaded)) return loaded;
  for (const commit of loaded.right) {
    const at = commit.events.findIndex(({ type }) => type === 'MemberForgotten');
    if (at >= 0) return E.right({ version: commit.version + at, forgottenAt: commit.recordedAt });
  }
  return E.right(null);
};

/** Nothing is told of it: facts already read as forgotten. */
const scrub = async (
  deps: ForgetDeps,
  memberId: string,
  refs: readonly RecordRef[],
): Promise<E.Either<ForgetFailure, void>> => {
  const names = personalFields(deps.mapping);
  let pending = refs.filter(({ object }) => (names[object]?.size ?? 0) > 0);
  for (let attempt = 1; pending.length > 0; attempt++) {
    if (attempt > MAX_ATTEMPTS) return E.left(tooManyLosses('scrub records'));
    const loaded = await loadAll(deps, pending);
    if (E.isLeft(loaded)) return loaded;
    const writes = loaded.right.flatMap(({ record, ver }) => {
      const after = withoutPersonal(record, names[record.ref.object]);
      // Moved meanwhile: its registers are forgotten all the same, but it is not ours to write.
      return after === record || !belongsTo(deps.mapping, memberId, { record })
        ? []
        : [{ record: after, replaces: ver, keyId: memberKeyId(memberId) }];
    });
    const lost: RecordRef[] = [];
    for (let at = 0; at < writes.length; at += MAX_TRANSACTION_ITEMS) {
      const records = writes.slice(at, at + MAX_TRANSACTION_ITEMS);
      const committed = await deps.records.commit({ records, appends: [] })();
      if (E.isRight(committed)) continue;
      if (committed.left.type !== 'LostRace') return E.left(committed.left);
      lost.push(...records.map(({ record }) => record.ref));
    }
    pending = lost;
  }
  return E.right(undefined);
};

const tooManyLosses = (operation: string): StoreUnavailable => ({
  type: 'StoreUnavailable',
  operation,
  reason: 'too many lost races',
});
