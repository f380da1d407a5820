import type { Lane, Origin } from '../source/observation.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { DomainEvent } from './events.ts';

/** "member-<record id>", "promotion-<record id>" or "tier-<record id>": one owner's events. */
export type StreamName = string;

export const memberStream = (memberId: string): StreamName => `member-${memberId}`;
export const definitionStream = (definitionId: string): StreamName => `promotion-${definitionId}`;
export const tierStream = (tierId: string): StreamName => `tier-${tierId}`;

export type StreamOwner =
  | { readonly type: 'member'; readonly id: string }
  | { readonly type: 'definition'; readonly id: string };

export const ownerOf = (stream: StreamName): StreamOwner => {
  const dash = stream.indexOf('-');
  return { type: stream.slice(0, dash) === 'member' ? 'member' : 'definition', id: stream.slice(dash + 1) };
};

/** Events appended together: one immutable item. Versions count events, from 1. */
export type Commit = {
  readonly stream: StreamName;
  /** Version of the first event. */
  readonly version: number;
  readonly events: readonly DomainEvent[];
  /** When billfold learned it, never earlier than the commit before it. */
  readonly recordedAt: EpochMs;
  /** The observation that caused it. */
  readonly origin: Origin;
  readonly lane: Lane;
};

export const lastVersion = (commit: Commit): number => commit.version + commit.events.length - 1;

/**
 * Where a stream ends. Opaque: only the event store produces one (by a load, a head read, an append, or by presuming that there is no stream),
 * and an append needs one, so a caller cannot invent a version and leave a hole.
 */
export type Head = { readonly stream: StreamName; readonly version: number; readonly recordedAt: EpochMs };

export const emptyHead = (stream: StreamName): Head => ({ stream, version: 0, recordedAt: 0 });

export const headAfter = (commit: Commit): Head => ({
  stream: commit.stream,
  version: lastVersion(commit),
  recordedAt: commit.recordedAt,
});
