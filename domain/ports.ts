import type * as O from 'fp-ts/lib/Option.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { AppendConflict, ReadFailure, StoreCorrupt, StoreUnavailable, Unstorable } from './errors.ts';
import type { Append } from './event/append.ts';
import type { Commit, Head, StreamName } from './event/stream.ts';
import type { FoldedText, Live } from './pass/live.ts';
import type { ProjectionRef } from './projection/lineup.ts';
import type { Catalog } from './projection/projection.ts';
import type { Release } from './projection/release.ts';
import type { RecordFault } from './record/readFacts.ts';
import type { SourceRecord } from './record/record.ts';
import type { StaleChange, StaleEntry } from './record/staleness.ts';
import type { Origin, RecordRef, RowHash } from './source/observation.ts';
import type { EpochMs } from './values/calendar.ts';

export type Clock = () => EpochMs;

/** A record as stored. ver counts writes; 0: not stored. lastRow: see lastRow.ts; absent where something else had the last word. */
export type StoredRecord = { readonly record: SourceRecord; readonly ver: number; readonly lastRow?: RowHash };

/** The event store. One contract suite (test/contract/eventStore.ts), run by every implementation. */
export type EventStore = {
  /** Where a stream ends. Eventually consistent: a stale head loses the race at append, harmlessly. */
  readonly head: (stream: StreamName, consistency?: 'eventual' | 'strong') => TE.TaskEither<ReadFailure, Head>;
  /** Where a stream ends that nobody wrote to yet: a guess instead of a read. Where it is wrong, what is appended after it loses the race. */
  readonly presumeEmpty: (stream: StreamName) => Head;
  /** Appends all or none; one request, ⌈KB⌉ write units. */
  readonly append: (append: Append) => TE.TaskEither<AppendConflict | StoreUnavailable | Unstorable, Head>;
  /** Commits that hold any version in [from, to], oldest first, strongly consistent, checked for contiguity. An absent stream is []. */
  readonly load: (
    stream: StreamName,
    range?: { readonly from?: number; readonly to?: number },
  ) => TE.TaskEither<ReadFailure, readonly Commit[]>;
  /** The last commits, newest first. */
  readonly loadBackward: (stream: StreamName, limit: number) => TE.TaskEither<ReadFailure, readonly Commit[]>;
  /**
   * One segment of a parallel scan, resumable: pass the cursor of the page before. A stream is in one segment; its order means nothing.
   * only: what is not wanted is not decoded.
   */
  readonly scan: (page: {
    readonly segment: number;
    readonly segments: number;
    readonly cursor: string | null;
    readonly only?: (stream: StreamName) => boolean;
  }) => TE.TaskEither<ReadFailure, { readonly commits: readonly Commit[]; readonly cursor: string | null }>;
  /** Where a scan goes on that has seen everything up to this commit. */
  readonly cursorAfter: (commit: Commit) => string;
  /** About how many commits there are, for progress; null: the store does not say. */
  readonly approximateSize: () => TE.TaskEither<StoreUnavailable, number | null>;
};

/** The only merge point: records, written together with the events that their changes mean. */
export type RecordStore = {
  /** Eventually consistent: merging into a stale record loses the race at commit, harmlessly. At most 100 refs. */
  readonly load: (refs: readonly RecordRef[]) => TE.TaskEither<ReadFailure, readonly StoredRecord[]>;
  /**
   * For rows of a file: the records that they may change, null for each whose last row is that very row. Such a record is looked at, not read: nothing
   * of it is decoded but that. As load otherwise.
   */
  readonly loadChanged: (rows: readonly SeenRow[]) => TE.TaskEither<ReadFailure, readonly (StoredRecord | null)[]>;
  /** All or none. LostRace returns what is stored now, so that the caller merges again without reading. */
  readonly commit: (transaction: RecordTransaction) => TE.TaskEither<CommitFailure, readonly Head[]>;
  /**
   * Every record of one object, a segment of a parallel scan at a time, resumable: pass the cursor of the page before. A page may be empty and
   * not the last. Strongly consistent. Personal fields read as forgotten.
   */
  readonly scanObject: (
    object: string,
    page: {
      readonly segment: number;
      readonly segments: number;
      readonly cursor: string | null;
      /** Items looked at. */
      readonly limit: number;
    },
  ) => TE.TaskEither<ReadFailure, { readonly records: readonly SourceRecord[]; readonly cursor: string | null }>;
};

/** A row that is not understood yet: whose record it seems to be, and its hash. */
export type SeenRow = { readonly ref: RecordRef; readonly hash: RowHash };

export type RecordWrite = {
  readonly record: SourceRecord;
  /** The row that had the last word. Absent: none had, and none is remembered. */
  readonly lastRow?: RowHash;
  /** The write it replaces. */
  readonly replaces: number;
  /** Whose data key seals the personal fields. */
  readonly keyId: string;
  /** undefined: as before; null: there was a fault and it is mended. */
  readonly fault?: { readonly origin: Origin; readonly fault: RecordFault } | null;
  /** What becomes stale with this write, or is stale no more. */
  readonly stale?: readonly StaleChange[];
};

/** At most MAX_TRANSACTION_ITEMS items: a record is one (and one more for its fault and for each stale entry), an append one or more. */
export type RecordTransaction = { readonly records: readonly RecordWrite[]; readonly appends: readonly Append[] };

export type LostRace = {
  readonly type: 'LostRace';
  readonly records: readonly StoredRecord[];
  readonly heads: readonly Head[];
};

export type CommitFailure = LostRace | StoreUnavailable | Unstorable;

/** LIVE items. */
export type ViewStore = {
  /** Strongly consistent; ver 0 where nothing is stored. */
  readonly load: (memberId: string) => TE.TaskEither<ReadFailure, Live>;
  /** Several, in the order asked for, in one request; as strongly consistent. At most 100. */
  readonly loadMany: (memberIds: readonly string[]) => TE.TaskEither<ReadFailure, readonly Live[]>;
  /** What as many have folded, without the pass. Eventually consistent, for half the units: who would write because of it looks again first. */
  readonly loadFolded: (memberIds: readonly string[]) => TE.TaskEither<ReadFailure, readonly FoldedText[]>;
  /** Replaces the item whose ver is live.ver − 1. Left LostRace: another fold was first. */
  readonly replace: (live: Live) => TE.TaskEither<ViewLostRace | StoreUnavailable | Unstorable, void>;
  /** Members whose due instant is not later than `until`, at most `limit`. */
  readonly due: (until: EpochMs, limit: number) => TE.TaskEither<ReadFailure, readonly string[]>;
  /**
   * LIVE items in a fixed order, strongly consistent, resumable. passOver: told of each item that cannot be read, which is then left out; where it is
   * not given, the first one ends the scan: whoever does something to all members must not miss one.
   */
  readonly scan: (
    cursor: string | null,
    limit: number,
    passOver?: (unreadable: StoreCorrupt) => void,
  ) => TE.TaskEither<ReadFailure, { readonly lives: readonly Live[]; readonly cursor: string | null }>;
};

/** States that another version of a projection folded of a member: derived, so that losing one costs a fold. */
export type Shadow = {
  readonly memberId: string;
  readonly ref: ProjectionRef;
  /** Version of the last event folded. */
  readonly asOf: number;
  readonly state: unknown;
  /** It threw on what follows asOf, and waits for better code. */
  readonly isParked: boolean;
  /** Counts writes. */
  readonly ver: number;
};

export type ShadowStore = {
  /** Of one version, for several members, in the order asked for; null: nothing stored. Strongly consistent. At most 100. */
  readonly load: (
    ref: ProjectionRef,
    memberIds: readonly string[],
  ) => TE.TaskEither<ReadFailure, readonly (Shadow | null)[]>;
  /** Replaces the one whose ver is shadow.ver − 1. Left ViewLostRace: another fold was first. */
  readonly replace: (shadow: Shadow) => TE.TaskEither<ViewLostRace | StoreUnavailable | Unstorable, void>;
};

/** Which versions are live. */
export type ReleaseStore = {
  /** Strongly consistent. */
  readonly load: () => TE.TaskEither<ReadFailure, Release>;
  /** Follows the release of the epoch before. */
  readonly replace: (release: Release) => TE.TaskEither<ViewLostRace | StoreUnavailable | Unstorable, void>;
  /** No member was ever published a revision above it. 0: none was. Strongly consistent. */
  readonly floor: () => TE.TaskEither<ReadFailure, number>;
  /** Raises the floor to at least that; what it is now. */
  readonly raiseFloor: (to: number) => TE.TaskEither<StoreUnavailable, number>;
  /** Remembers how far the walk of an epoch came; 'done' ends it. Ignored where a newer epoch has begun. */
  readonly walkTo: (epoch: number, cursor: string | null | 'done') => TE.TaskEither<StoreUnavailable, void>;
};

/** Members whose projections failed, so that somebody sees them, and better code finds them. */
export type ParkStore = {
  /** The same again counts another attempt. */
  readonly put: (parked: Omit<Parked, 'attempts' | 'parkedAt'>) => TE.TaskEither<StoreUnavailable, void>;
  /** By ref, then by member. */
  readonly list: (
    cursor: string | null,
    limit: number,
  ) => TE.TaskEither<ReadFailure, { readonly items: readonly Parked[]; readonly cursor: string | null }>;
  /** Takes back what was read; ignored where it failed again meanwhile. One that is not there is fine. */
  readonly drop: (
    parked: Pick<Parked, 'memberId' | 'ref' | 'triedAt' | 'attempts'>,
  ) => TE.TaskEither<StoreUnavailable, void>;
};

/** What is parked of one member: for who asks about it. Eventually consistent, in the order asked for. At most 100 refs. */
export type ParkReader = {
  readonly ofMember: (
    memberId: string,
    refs: readonly ProjectionRef[],
  ) => TE.TaskEither<ReadFailure, readonly Parked[]>;
};

export type Parked = {
  readonly memberId: string;
  readonly ref: ProjectionRef;
  /** Version of the last event that it folded. */
  readonly asOf: number;
  /** What was thrown, and where in the code; never a value. */
  readonly reason: string;
  readonly parkedAt: EpochMs;
  readonly triedAt: EpochMs;
  readonly attempts: number;
};

export type ViewLostRace = { readonly type: 'ViewLostRace' };

/** The catalog and the sweep that its last change asks for: one write. */
export type CatalogStore = {
  /** Strongly consistent, small. */
  readonly pointer: () => TE.TaskEither<ReadFailure, CatalogPointer>;
  /** The definitions, at least as new as a pointer read before. */
  readonly load: () => TE.TaskEither<ReadFailure, StoredCatalog>;
  /** Writes catalog.version, which must follow the stored one, and marks a sweep as pending. */
  readonly replace: (catalog: StoredCatalog) => TE.TaskEither<ViewLostRace | StoreUnavailable | Unstorable, void>;
  /** Remembers how far the sweep to `version` came; cursor 'done' ends it. Ignored where a newer sweep is pending. */
  readonly sweepTo: (version: number, cursor: string | null | 'done') => TE.TaskEither<StoreUnavailable, void>;
};

export type StoredCatalog = {
  readonly catalog: Catalog;
  /** Version folded of each definition's stream: a poke that is not newer says nothing. */
  readonly asOf: Readonly<Record<string, number>>;
};

export type CatalogPointer = {
  readonly version: number;
  /** null: nothing pending. */
  readonly sweep: { readonly cursor: string | null } | null;
};

/** Input that could not be understood, and records that hold what cannot be. Kept until it is retried, dropped or mended. */
export type QuarantineStore = {
  /** The same id again replaces the item, so redelivery does not multiply it. */
  readonly put: (items: readonly QuarantineItem[]) => TE.TaskEither<StoreUnavailable, void>;
  /** Oldest id first, without content. */
  readonly list: (
    cursor: string | null,
    limit: number,
  ) => TE.TaskEither<ReadFailure, { readonly items: readonly QuarantineItem[]; readonly cursor: string | null }>;
  readonly count: () => TE.TaskEither<ReadFailure, number>;
  /** One item with its content, to try again. */
  readonly get: (id: string) => TE.TaskEither<ReadFailure, O.Option<QuarantineItem>>;
  /** Tried again with success, or given up. An id that is not there is fine. */
  readonly drop: (id: string) => TE.TaskEither<StoreUnavailable, void>;
};

export type QuarantineItem = {
  /** Made from the origin (input) or the record (record fault). */
  readonly id: string;
  readonly type: 'input' | 'record';
  readonly origin: Origin;
  /** Where in the input: "Order.TotalAmount". */
  readonly path: string;
  /** What was expected there; never the value, which may be personal. */
  readonly reason: string;
  readonly quarantinedAt: EpochMs;
  /** An event's text, to try again; a file's line is found by its origin. Sealed where it is stored. */
  readonly content: string | null;
};

/** What is known to be out of date, until it is read again. Entries about records come and go with the records' own writes. */
export type StaleStore = {
  /** Something of a whole object changed that nobody said. A gap that is not later than one told before says nothing new. */
  readonly openObject: (object: string, since: EpochMs) => TE.TaskEither<StoreUnavailable, void>;
  /** It was read again. Ignored where a later gap has taken its place. */
  readonly close: (entry: StaleEntry) => TE.TaskEither<StoreUnavailable, void>;
  /** Entries about a member's records, and those about whole objects. */
  readonly ofMember: (memberId: string) => TE.TaskEither<ReadFailure, readonly StaleEntry[]>;
  /** Strongly consistent; whole objects first. */
  readonly list: (
    cursor: string | null,
    limit: number,
  ) => TE.TaskEither<ReadFailure, { readonly entries: readonly StaleEntry[]; readonly cursor: string | null }>;
  readonly count: () => TE.TaskEither<ReadFailure, number>;
  /** The last re-read asked for, of each object. */
  readonly requests: () => TE.TaskEither<ReadFailure, readonly ReReadRequest[]>;
  readonly remember: (request: ReReadRequest) => TE.TaskEither<StoreUnavailable, void>;
};

/** Asks the source to tell an object's records again, all of them. Asking twice costs a load, not correctness. */
export type ReReads = {
  readonly request: (object: string, why: ReReadReason) => TE.TaskEither<StoreUnavailable, void>;
};

/** What is stale, and since when at the latest. */
export type ReReadReason = { readonly scope: StaleEntry['scope']; readonly since: EpochMs };

export type ReReadRequest = ReReadReason & { readonly object: string; readonly requestedAt: EpochMs };

/** Members who asked to be forgotten, by their ids: so that what comes later is known to be theirs, and what was begun is ended. */
export type ForgottenStore = {
  /** The first time counts. Who was settled is not any more: it is asked again where a log came back that does not know of it. */
  readonly ask: (memberId: string, at: EpochMs) => TE.TaskEither<StoreUnavailable, void>;
  /** Those of these ids who asked. Strongly consistent. */
  readonly among: (ids: readonly string[]) => TE.TaskEither<ReadFailure, ReadonlySet<string>>;
  /** All is done that can be done for them. */
  readonly settle: (memberId: string) => TE.TaskEither<StoreUnavailable, void>;
  /** By id. Strongly consistent. */
  readonly list: () => TE.TaskEither<ReadFailure, readonly AskedToBeForgotten[]>;
};

export type AskedToBeForgotten = { readonly memberId: string; readonly askedAt: EpochMs; readonly isSettled: boolean };

/** A data key, by id. Sealing is what makes forgetting possible: destroy the key and what it sealed is gone. */
export type KeyStore = {
  /** 32 bytes. Creates, durably, the keys that do not exist yet; a destroyed key stays destroyed: null. */
  readonly obtain: (
    keyIds: readonly string[],
  ) => TE.TaskEither<StoreUnavailable, ReadonlyMap<string, Uint8Array | null>>;
  readonly destroy: (keyId: string) => TE.TaskEither<StoreUnavailable, void>;
};
