import type { AppendConflict, ReadFailure, Unstorable } from '../errors.ts';
import type { Commit } from '../event/stream.ts';
import type { Cause } from '../pass/live.ts';
import type { CatalogStore, Clock, EventStore, ParkStore, ReleaseStore, ShadowStore, ViewStore } from '../ports.ts';
import type { Registry } from '../projection/registry.ts';
import type { TimeZone } from '../values/calendar.ts';
import type { ProjectCache } from './latest.ts';

export type ProjectDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly views: Pick<ViewStore, 'load' | 'loadMany' | 'loadFolded' | 'replace' | 'due' | 'scan'>;
  readonly catalog: CatalogStore;
  readonly releases: ReleaseStore;
  readonly shadows: ShadowStore;
  readonly parked: ParkStore;
  readonly registry: Registry;
  readonly cache: ProjectCache;
  readonly clock: Clock;
  readonly timeZone: TimeZone;
};

export type ProjectFailure = Exclude<ReadFailure | Unstorable, AppendConflict>;

/** How often a fold may lose to another, or find a newer catalog, before it is left for redelivery. */
export const MAX_ATTEMPTS = 25;

/** "This stream reached version v." `images` are commits that came along. Version 0: only time passed, definitions or versions changed. */
export type MemberPoke = {
  readonly memberId: string;
  readonly toVersion: number;
  readonly images: readonly Commit[];
  readonly cause: Cause;
  /** Projections that are parked for this member are tried again. */
  readonly retryParked?: boolean;
};
