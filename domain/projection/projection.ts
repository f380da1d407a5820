import type { MemberEvent } from '../event/events.ts';
import type { Definition, TierDefinition } from '../event/facts.ts';
import type { EpochMs, TimeZone } from '../values/calendar.ts';
import type { CustomView } from './customOnPass.ts';

/**
 * A pure fold of one member's events, and the view of it at an instant.
 *
 * State is plain JSON, stored with the member between events. Time and definitions are arguments of the view, so a rebuild
 * gives what the first build gave. Raise `version` whenever the same events would give another state.
 * Laws: the view is constant on [now, nextChangeAt(now)); evolve cannot fail; compact takes nothing away that anybody will see.
 */
export type Projection<State, View> = {
  readonly name: string;
  readonly version: number;
  readonly initial: State;
  readonly evolve: (state: State, event: MemberEvent) => State;
  /**
   * events.reduce(evolve, state), where there is a faster way to the same state. compactedAt: compact follows with that time, so what it would take
   * away of these events need not be put there first; null or absent: nothing follows.
   */
  readonly fold?: (state: State, events: readonly MemberEvent[], compactedAt?: EpochMs | null) => State;
  /**
   * The same state, without what no view needs any more that looks at `at` or later; further events may still correct what is left out. Called
   * after folds with the time at which their last event was recorded: a state grows with what is in sight, not with what ever happened.
   * Law: compacting now or later gives the same in the end.
   */
  readonly compact?: (state: State, at: EpochMs) => State;
  readonly view: (state: State, now: Moment, catalog: Catalog) => View;
  /** The next instant at which time alone may change the view; null: never. */
  readonly nextChangeAt: (state: State, now: Moment, catalog: Catalog) => EpochMs | null;
  /** What the pass shows of the view, under `custom`, by names of its own. Absent: nothing, so that its failures hold back no pass. */
  readonly onPass?: (view: View) => CustomView;
};

/** An instant and the programme's time zone, which decides what day it is. */
export type Moment = { readonly at: EpochMs; readonly timeZone: TimeZone };

/** What is defined for everybody: the promotions. `version` rises with every change of a definition. */
export type Catalog = {
  readonly version: number;
  readonly definitions: Readonly<Record<string, Definition>>;
  /** Absent: the source has no tiers of its own. */
  readonly tiers?: Readonly<Record<string, TierDefinition>>;
};

/** All that a catalog says, at whatever version. */
export type Definitions = Omit<Catalog, 'version'>;

export const emptyCatalog: Catalog = { version: 0, definitions: {} };
