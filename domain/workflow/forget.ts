import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure, StoreUnavailable, Unstorable } from '../errors.ts';
import { memberStream } from '../event/stream.ts';
import { causeOf } from '../pass/live.ts';
import type { Clock, EventStore, ForgottenStore, KeyStore, RecordStore } from '../ports.ts';
import type { ProjectionRef } from '../projection/lineup.ts';
import { memberKeyId, recordKeyId } from '../record/sealing.ts';
import type { Mapping } from '../source/mapping.ts';
import type { RecordRef } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { appendFact, FORGET_LANE, type ForgetRecordsDeps, originOf, scrub } from './forgetRecords.ts';
import { foldMember } from './project.ts';
import type { ProjectDeps } from './projectDeps.ts';
import { ownRefs, recordsAbout } from './recordsAbout.ts';

export type ForgetDeps = AskDeps &
  DestroyDeps &
  WithoutKeysDeps & {
    /** Resolves when no process holds a key any more that was destroyed before it was asked. */
    readonly untilKeysAreLetGo: () => TaskEither<StoreUnavailable, void>;
  };

type About = {
  readonly records: Pick<RecordStore, 'load'>;
  readonly events: Pick<EventStore, 'load'>;
  readonly mapping: Mapping;
};
export type AskDeps = About & { readonly forgotten: Pick<ForgottenStore, 'ask' | 'among'>; readonly clock: Clock };
export type DestroyDeps = About & { readonly keys: Pick<KeyStore, 'destroy'> };
export type WithoutKeysDeps = ForgetRecordsDeps & { readonly project: ProjectDeps };

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
  /** No record of that id, no event, and nobody asked before. */
  | { readonly type: 'MemberUnknown'; readonly memberId: string };

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
    const asked = await askToForget(deps)(memberId)();
    if (E.isLeft(asked)) return asked;
    const destroyed = await destroyKeysOf(deps)(memberId)();
    if (E.isLeft(destroyed)) return destroyed;
    const letGo = await deps.untilKeysAreLetGo()();
    if (E.isLeft(letGo)) return letGo;
    return forgetWithoutKeys(deps)(memberId)();
  };

/** Asked: from here on whoever looks goes on with it. */
export const askToForget =
  (deps: AskDeps) =>
  (memberId: string): TaskEither<ForgetFailure, void> =>
  async () => {
    const known = await recordsAbout(deps, memberId)();
    if (E.isLeft(known)) return known;
    const before = await deps.forgotten.among([memberId])();
    if (E.isLeft(before)) return before;
    // A log that came back from a backup may know nobody of that id yet.
    return known.right === null && !before.right.has(memberId)
      ? E.left({ type: 'MemberUnknown', memberId })
      : deps.forgotten.ask(memberId, deps.clock())();
  };

/** Keys: those of who was asked to be forgotten. */
export const destroyKeysOf =
  (deps: DestroyDeps) =>
  (memberId: string): TaskEither<ReadFailure, void> =>
  async () => {
    const about = await recordsAbout(deps, memberId)();
    if (E.isLeft(about)) return about;
    // The member's last: where it is gone, all of them are.
    for (const keyId of [...(about.right?.owned ?? []).map(recordKeyId), memberKeyId(memberId)]) {
      const destroyed = await deps.keys.destroy(keyId)();
      if (E.isLeft(destroyed)) return destroyed;
    }
    return E.right(undefined);
  };

/** Fact, scrubbed, folded: once nobody holds the keys. */
export const forgetWithoutKeys =
  (deps: WithoutKeysDeps) =>
  (memberId: string): TaskEither<ForgetFailure, ForgottenMember> =>
  async () => {
    const fact = await appendFact(deps, memberId);
    if (E.isLeft(fact)) return fact;
    // Looked for after the fact: what came in before the keys were gone belongs to it.
    const about = await recordsAbout(deps, memberId)();
    if (E.isLeft(about)) return about;
    const owned = about.right?.owned ?? [];
    const scrubbed = await scrub(deps, memberId, owned);
    if (E.isLeft(scrubbed)) return scrubbed;
    const { version, forgottenAt } = fact.right;
    const stream = memberStream(memberId);
    const cause = causeOf(stream, version, FORGET_LANE, originOf(memberId));
    const folded = await foldMember(deps.project)({ memberId, toVersion: version, images: [], cause })();
    if (E.isLeft(folded)) return folded;
    return E.right({
      ...{ memberId, eventId: `${stream}@${version}`, version, forgottenAt },
      records: [...ownRefs(deps.mapping, memberId), ...owned],
      heldBackBy: folded.right.live.asOf < version ? folded.right.parked : [],
    });
  };
