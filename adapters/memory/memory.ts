import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Commit,
  emptyHead,
  type Head,
  headAfter,
  type KeyStore,
  type QuarantineItem,
  type StaleEntry,
  type StoredRecord,
  type StreamName,
} from '#domain/index.ts';

/** What the stores in memory share, so that records and their events are written together. */
export type Memory = {
  readonly streams: Map<StreamName, readonly Commit[]>;
  readonly records: Map<string, KeyedRecord>;
  readonly quarantine: Map<string, QuarantineItem>;
  readonly stale: Map<string, StaleEntry>;
};

/** keyId null: not stored. */
export type KeyedRecord = StoredRecord & { readonly keyId: string | null };

export const emptyMemory = (): Memory => ({
  streams: new Map(),
  records: new Map(),
  quarantine: new Map(),
  stale: new Map(),
});

export const commitsOf = ({ streams }: Memory, stream: StreamName): readonly Commit[] => streams.get(stream) ?? [];

export const headOf = (memory: Memory, stream: StreamName): Head => {
  const last = commitsOf(memory, stream).at(-1);
  return last === undefined ? emptyHead(stream) : headAfter(last);
};

/** The commit that stands where an append would go, if any. */
export const commitAfter = (memory: Memory, head: Head): Commit | undefined =>
  commitsOf(memory, head.stream).find(({ version }) => version === head.version + 1);

export const addCommit = ({ streams }: Memory, commit: Commit): void => {
  streams.set(commit.stream, [...(streams.get(commit.stream) ?? []), commit]);
};

/** Ids of the keys that have been destroyed. */
export const destroyedAmong = ({ obtain }: Pick<KeyStore, 'obtain'>, keyIds: readonly string[]) =>
  TE.map((keys: ReadonlyMap<string, Uint8Array | null>) => new Set(keyIds.filter((id) => keys.get(id) === null)))(
    obtain(keyIds),
  );
