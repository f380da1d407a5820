import { isMemberEvent } from '../event/events.ts';
import { type Commit, lastVersion, type StreamName } from '../event/stream.ts';
import { tiersHeld } from '../projection/memberTier.ts';
import type { Catalog, Moment } from '../projection/projection.ts';
import { definitionsHeld } from '../projection/promotions.ts';
import { fold, initialStates, nextChangeAt, type States, viewAll } from '../projection/registry.ts';
import { type Lane, type Origin, originText } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { diffPass, type Pass, renderPass } from './pass.ts';

/**
 * All that is kept of a member between events: folded states and the pass they give. One item, replaced as a whole.
 *
 * The item is its own outbox: `change` is present only where that very write changed what the holder can see.
 * evaluatedAt, epoch, catalogVersion and revision never go down.
 */
export type Live = {
  readonly memberId: string;
  /** Version of the last event folded. */
  readonly asOf: number;
  /** The view's "now". */
  readonly evaluatedAt: EpochMs;
  readonly epoch: number;
  readonly catalogVersion: number;
  readonly states: States;
  /** null: provisional. */
  readonly pass: Pass | null;
  /** Counts what was published; 0: never issued. */
  readonly revision: number;
  /** When time alone may change the pass. */
  readonly due: EpochMs | null;
  readonly change: PassChange | null;
  /** Counts writes: a fold replaces exactly the item it started from. 0: not stored. */
  readonly ver: number;
};

export type PassChange = {
  readonly kind: 'WalletPassIssued' | 'WalletPassUpdated' | 'WalletPassWithdrawn';
  readonly changed: readonly string[];
  readonly cause: Cause;
};

/** What made billfold look: shown to consumers as causation. */
export type Cause = { readonly lane: Lane; readonly causationId: string; readonly correlationId: string };

export const unseen = (memberId: string): Live => ({
  memberId,
  asOf: 0,
  evaluatedAt: 0,
  epoch: 1,
  catalogVersion: 0,
  states: initialStates,
  pass: null,
  revision: 0,
  due: null,
  change: null,
  ver: 0,
});

/** Folds commits that follow LIVE and evaluates the pass at `now`, never earlier than before. `commits` are contiguous from asOf + 1. */
export const advance = (live: Live, commits: readonly Commit[], now: Moment, catalog: Catalog, cause: Cause): Live => {
  const states = fold(
    live.states,
    commits.flatMap(({ events }) => events.filter(isMemberEvent)),
  );
  const moment: Moment = { at: Math.max(now.at, live.evaluatedAt), timeZone: now.timeZone };
  const pass = renderPass(live.memberId, viewAll(states, moment, catalog));
  const change = pass === null ? null : changeOf(live, pass, cause);
  const last = commits.at(-1);
  return {
    memberId: live.memberId,
    asOf: last === undefined ? live.asOf : lastVersion(last),
    evaluatedAt: moment.at,
    epoch: live.epoch,
    catalogVersion: Math.max(live.catalogVersion, catalog.version),
    states,
    pass,
    revision: change === null ? live.revision : live.revision + 1,
    due: nextChangeAt(states, moment, catalog),
    change,
    ver: live.ver + 1,
  };
};

/** The first pass the holder gets is "issued"; a member first seen withdrawn has none to void. */
const changeOf = (live: Live, pass: Pass, cause: Cause): PassChange | null => {
  const isIssued = live.revision > 0;
  if (!isIssued)
    return pass.status === 'withdrawn' ? null : { kind: 'WalletPassIssued', changed: diffPass(null, pass), cause };
  const changed = diffPass(live.pass, pass);
  if (changed.length === 0) return null;
  const isWithdrawal = pass.status === 'withdrawn' && changed.includes('status');
  return { kind: isWithdrawal ? 'WalletPassWithdrawn' : 'WalletPassUpdated', changed, cause };
};

/** A change of what is defined for everybody may change the pass. */
export const holdsDefinitions = ({ states }: Live): boolean =>
  definitionsHeld(states.promotions).size > 0 || tiersHeld(states.memberTier).size > 0;

export const causeOf = (stream: StreamName, version: number, lane: Lane, origin: Origin): Cause => ({
  lane,
  causationId: `${stream}@${version}`,
  correlationId: originText(origin),
});
