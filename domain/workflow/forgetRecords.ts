import * as E from 'fp-ts/lib/Either.js';
import { type ReadFailure, tooManyLosses, type Unstorable } from '../errors.ts';
import { memberStream } from '../event/stream.ts';
import type { Clock, EventStore, RecordStore } from '../ports.ts';
import { isForgotten } from '../record/record.ts';
import { forgottenRecord, memberKeyId, personalFields, withoutPersonal } from '../record/sealing.ts';
import { staleChanges } from '../record/staleness.ts';
import type { Mapping } from '../source/mapping.ts';
import type { Lane, Origin, RecordRef } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { MAX_TRANSACTION_ITEMS } from './ingest.ts';
import { loadRecords } from './loadRecords.ts';
import { MAX_ATTEMPTS } from './projectDeps.ts';
import { belongsTo, ownRefs } from './recordsAbout.ts';

export type ForgetRecordsDeps = {
  readonly records: Pick<RecordStore, 'load' | 'commit'>;
  readonly events: Pick<EventStore, 'head' | 'load'>;
  readonly clock: Clock;
  readonly mapping: Mapping;
};

type Failure = ReadFailure | Unstorable;

export const FORGET_LANE: Lane = 'live';

/** The version of MemberForgotten in the member's stream, and when it was appended. */
export type Fact = { readonly version: number; readonly forgottenAt: EpochMs };

export const originOf = (memberId: string): Origin => ({ type: 'event', eventId: `forget ${memberId}` });

/** Record and fact are one write, so a forgotten record means that the fact is there. */
export const appendFact = async (deps: ForgetRecordsDeps, memberId: string): Promise<E.Either<Failure, Fact>> => {
  const stream = memberStream(memberId);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const own = await loadRecords(deps, ownRefs(deps.mapping, memberId));
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
        {
          head: head.right,
          events: [{ type: 'MemberForgotten' }],
          recordedAt,
          origin: originOf(memberId),
          lane: FORGET_LANE,
        },
      ],
    })();
    if (E.isRight(committed)) return E.right({ version: head.right.version + 1, forgottenAt: recordedAt });
    if (committed.left.type !== 'LostRace') return E.left(committed.left);
  }
  return E.left(tooManyLosses('forget a member'));
};

const factIn = async ({ events }: ForgetRecordsDeps, memberId: string): Promise<E.Either<ReadFailure, Fact | null>> => {
  const loaded = await events.load(memberStream(memberId))();
  if (E.isLeft(loaded)) return loaded;
  for (const commit of loaded.right) {
    const at = commit.events.findIndex(({ type }) => type === 'MemberForgotten');
    if (at >= 0) return E.right({ version: commit.version + at, forgottenAt: commit.recordedAt });
  }
  return E.right(null);
};

/** Nothing is told of it: facts already read as forgotten. */
export const scrub = async (
  deps: ForgetRecordsDeps,
  memberId: string,
  refs: readonly RecordRef[],
): Promise<E.Either<Failure, void>> => {
  const names = personalFields(deps.mapping);
  let pending = refs.filter(({ object }) => (names[object]?.size ?? 0) > 0);
  for (let attempt = 1; pending.length > 0; attempt++) {
    if (attempt > MAX_ATTEMPTS) return E.left(tooManyLosses('scrub records'));
    const loaded = await loadRecords(deps, pending);
    if (E.isLeft(loaded)) return loaded;
    const writes = loaded.right.flatMap(({ record, ver }) => {
      const after = withoutPersonal(record, names[record.ref.object]);
      // Moved meanwhile: its registers are forgotten all the same, but it is not ours to write.
      return after === record || !belongsTo(deps.mapping, memberId, record)
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
