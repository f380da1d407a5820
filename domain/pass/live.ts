import { isMemberEvent, type MemberEvent } from '../event/events.ts';
import { type Commit, lastVersion, type StreamName } from '../event/stream.ts';
import {
  type AnyProjection,
  type FoldedStates,
  foldWith,
  type Lineup,
  nextChangeWith,
  type ProjectionRef,
  ProjectionThrew,
  refOf,
  shownWith,
  viewWith,
} from '../projection/lineup.ts';
import { type MemberTierState, tiersHeld } from '../projection/memberTier.ts';
import type { Catalog, Moment } from '../projection/projection.ts';
import { definitionsHeld, type PromotionsState } from '../projection/promotions.ts';
import { registry, type Views } from '../projection/registry.ts';
import { type Lane, type Origin, originText } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import { diffPass, type Pass, passParts, renderPass } from './pass.ts';

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
  /** Of one version of each projection, up to asOf. One that is missing was not live when this was written, or is parked. */
  readonly states: FoldedStates;
  /** Projections that failed for this member: they wait for better code, without holding back the pass. */
  readonly parked: readonly ProjectionRef[];
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
  states: {},
  parked: [],
  pass: null,
  revision: 0,
  due: null,
  change: null,
  ver: 0,
});

/** What LIVE has folded, states as the JSON text that is stored: enough to see that they are what the log gives. ver 0: not stored. */
export type FoldedText = Pick<Live, 'ver' | 'asOf' | 'epoch' | 'parked'> & { readonly statesText: string };

/** What events gave, apart from any pass. */
export type Folded = Pick<Live, 'asOf' | 'states' | 'parked'>;
/** threw: what this very fold parked. */
export type FoldedNow = Folded & { readonly threw: readonly ProjectionThrew[] };

/** Folds commits that follow LIVE and evaluates the pass at `now`, never earlier than before. `commits` are contiguous from asOf + 1. */
export const advance = (
  live: Live,
  commits: readonly Commit[],
  now: Moment,
  catalog: Catalog,
  cause: Cause,
  lineup: Lineup = registry.main,
): Live => replacing(live, foldCommits(live, commits, lineup), now, catalog, cause, lineup);

/**
 * The states of a lineup after further commits; of what folded nothing so far, from the beginning. A projection that throws is parked;
 * throws ProjectionThrew where the pass needs it.
 */
export const foldCommits = (before: Folded, commits: readonly Commit[], lineup: Lineup): FoldedNow => {
  const events = memberEventsOf(commits);
  const last = commits.at(-1);
  const states: Record<ProjectionRef, unknown> = {};
  const parked: ProjectionRef[] = [];
  const threw: ProjectionThrew[] = [];
  for (const projection of Object.values(lineup)) {
    const ref = refOf(projection);
    if (before.parked.includes(ref)) {
      parked.push(ref);
      continue;
    }
    try {
      const start = ref in before.states ? before.states[ref] : projection.initial;
      states[ref] = foldWith(projection, start, events, last?.recordedAt ?? null);
    } catch (error) {
      if (feedsPass(projection) || !(error instanceof ProjectionThrew)) throw error;
      parked.push(ref);
      threw.push(error);
    }
  }
  return { asOf: last === undefined ? before.asOf : lastVersion(last), states, parked, threw };
};

export const memberEventsOf = (commits: readonly Commit[]): readonly MemberEvent[] => {
  const ofMember: MemberEvent[] = [];
  for (const { events } of commits) for (const event of events) if (isMemberEvent(event)) ofMember.push(event);
  return ofMember;
};

/** The LIVE that takes the place of another: its pass, and what of it the holder sees change. Throws ProjectionThrew. */
export const replacing = (
  live: Live,
  { asOf, states, parked }: Folded,
  now: Moment,
  catalog: Catalog,
  cause: Cause,
  lineup: Lineup,
): Live => {
  const moment: Moment = { at: Math.max(now.at, live.evaluatedAt), timeZone: now.timeZone };
  const { pass, due } = rendered(live.memberId, states, moment, catalog, lineup);
  const change = pass === null ? null : changeOf(live, pass, cause);
  return {
    memberId: live.memberId,
    asOf,
    evaluatedAt: moment.at,
    epoch: live.epoch,
    catalogVersion: Math.max(live.catalogVersion, catalog.version),
    states,
    parked,
    pass,
    revision: change === null ? live.revision : live.revision + 1,
    due,
    change,
    ver: live.ver + 1,
  };
};

/** The pass that states give at an instant, and when time alone may change it. Throws ProjectionThrew. */
export const rendered = (
  memberId: string,
  states: FoldedStates,
  now: Moment,
  catalog: Catalog,
  lineup: Lineup,
  look: typeof lookAt = lookAt,
): Pick<Live, 'pass' | 'due'> => {
  const views: Record<string, unknown> = {};
  const shown: Record<string, string | null> = {};
  let due: EpochMs | null = null;
  for (const [name, projection] of Object.entries(lineup)) {
    if (!feedsPass(projection)) continue;
    const seen = look(projection, states[refOf(projection)], now, catalog);
    views[name] = seen.view;
    Object.assign(shown, seen.shown);
    if (seen.due !== null && (due === null || seen.due < due)) due = seen.due;
  }
  // passParts are all in the registry, by the names of Views.
  return { pass: renderPass(memberId, views as Views, shown), due };
};

/** What one projection adds to the pass at an instant, and until when. Throws ProjectionThrew. */
export const lookAt = (projection: AnyProjection, state: unknown, now: Moment, catalog: Catalog) => {
  const view = viewWith(projection, state, now, catalog);
  return {
    view,
    shown: projection.onPass === undefined ? {} : shownWith(projection, view),
    due: nextChangeWith(projection, state, now, catalog),
  };
};

/** Only those hold the pass back where they fail. */
export const feedsPass = ({ name, onPass }: AnyProjection): boolean => passParts.has(name) || onPass !== undefined;

/** The projections that make the pass. */
export const feedingIn = (lineup: Lineup): Lineup =>
  Object.fromEntries(Object.entries(lineup).filter(([, projection]) => feedsPass(projection)));

/** The views of a LIVE for a person to look at; null for a projection that is parked or fails. */
export const viewsOf = ({ states }: Pick<Live, 'states'>, now: Moment, catalog: Catalog, lineup: Lineup): Views => {
  const views: Record<string, unknown> = {};
  for (const [name, projection] of Object.entries(lineup)) {
    const ref = refOf(projection);
    try {
      views[name] = ref in states ? viewWith(projection, states[ref], now, catalog) : null;
    } catch (error) {
      if (!(error instanceof ProjectionThrew)) throw error;
      views[name] = null;
    }
  }
  return views as Views;
};

/** The first pass the holder gets is "issued"; a member first seen withdrawn has none to void. */
const changeOf = (live: Live, pass: Pass, cause: Cause): PassChange | null => {
  const isIssued = live.revision > 0 && live.pass !== null;
  // Rebuilt from nothing: the holder may have a pass that nobody knows of.
  if (!isIssued && live.revision > 0 && pass.status === 'withdrawn')
    return { kind: 'WalletPassWithdrawn', changed: diffPass(null, pass), cause };
  if (!isIssued)
    return pass.status === 'withdrawn' ? null : { kind: 'WalletPassIssued', changed: diffPass(null, pass), cause };
  const changed = diffPass(live.pass, pass);
  if (changed.length === 0) return null;
  const isWithdrawal = pass.status === 'withdrawn' && changed.includes('status');
  return { kind: isWithdrawal ? 'WalletPassWithdrawn' : 'WalletPassUpdated', changed, cause };
};

/** A change of what is defined for everybody may change the pass. */
export const holdsDefinitions = (live: Pick<Live, 'states'>): boolean => {
  const { definitions, tiers } = definitionsHeldBy(live);
  return definitions.size > 0 || tiers.size > 0;
};

/** Ids of the promotions and tiers that a member's records name. */
export const definitionsHeldBy = ({
  states,
}: Pick<Live, 'states'>): { readonly definitions: ReadonlySet<string>; readonly tiers: ReadonlySet<string> } => ({
  definitions: definitionsHeld(stateNamed<PromotionsState>(states, 'promotions') ?? {}),
  tiers: tiersHeld(stateNamed<MemberTierState>(states, 'memberTier') ?? {}),
});

/** LIVE holds one version of each. Those two keep what they hold in the same way in every version. */
const stateNamed = <State>(states: FoldedStates, name: string): State | undefined => {
  for (const ref in states) if (ref.startsWith(`${name}@`)) return states[ref] as State;
  return undefined;
};

export const causeOf = (stream: StreamName, version: number, lane: Lane, origin: Origin): Cause => ({
  lane,
  causationId: `${stream}@${version}`,
  correlationId: originText(origin),
});
