import * as E from 'fp-ts/lib/Either.js';
import { type Commit, type EventStore, type KeyStore, lastVersion, type StreamName } from '#domain/index.ts';
import { sealingKeyId } from '../dynamodb/eventItem.ts';

export type RecentStreamsDeps = {
  readonly events: Pick<EventStore, 'load'>;
  readonly keys: Pick<KeyStore, 'obtain'>;
  /** Of all streams together. */
  readonly mostEvents?: number;
  readonly keptMs?: number;
};

/** About 25 MB. */
const MOST_EVENTS = 25_000;
const KEPT_MS = 60_000;

/** How a stream begins, as far as it was read. */
type Beginning = {
  readonly commits: readonly Commit[];
  readonly version: number;
  /** Of what is personal in it; null: nothing is. */
  readonly keyId: string | null;
  readonly letGo: NodeJS.Timeout;
};

/**
 * Streams as they were read a moment ago, for whoever looks at one member again and again: what was appended since is all that is read then. A
 * commit never changes. What is personal in it goes with its key: of a member whose key is destroyed nothing is kept, or told from here.
 */
export const recentStreams = (deps: RecentStreamsDeps): Pick<EventStore, 'load'> => {
  const { events, keys, mostEvents = MOST_EVENTS, keptMs = KEPT_MS } = deps;
  /** The one that was asked for last stands last. */
  const known = new Map<StreamName, Beginning>();

  const forget = (stream: StreamName): void => {
    clearTimeout(known.get(stream)?.letGo);
    known.delete(stream);
  };

  /** undefined: nothing is kept of it, or may be. */
  const readable = async (stream: StreamName): Promise<Beginning | undefined> => {
    const keyId = known.get(stream)?.keyId ?? null;
    if (keyId === null) return known.get(stream);
    const obtained = await keys.obtain([keyId])();
    if (E.isLeft(obtained) || obtained.right.get(keyId) == null) forget(stream);
    return known.get(stream);
  };

  const keep = (stream: StreamName, more: readonly Commit[]): void => {
    const before = known.get(stream);
    const version = before?.version ?? 0;
    // Another one who read them at the same time may have been faster.
    const added = more.filter((commit) => commit.version > version);
    const last = added.at(-1) ?? before?.commits.at(-1);
    // What these were to be added to was let go of meanwhile.
    const isGap = added[0] !== undefined && added[0].version > version + 1;
    forget(stream);
    if (last === undefined || isGap || lastVersion(last) > mostEvents) return;
    known.set(stream, {
      commits: [...(before?.commits ?? []), ...added],
      version: lastVersion(last),
      keyId:
        before?.keyId ??
        sealingKeyId(
          stream,
          added.flatMap(({ events: ofCommit }) => ofCommit),
        ),
      letGo: setTimeout(() => forget(stream), keptMs).unref(),
    });
    makeRoom();
  };

  /** Whoever was asked for last stays. */
  const makeRoom = (): void => {
    let kept = 0;
    for (const { version } of known.values()) kept += version;
    for (const [stream, { version }] of known) {
      if (kept <= mostEvents) return;
      forget(stream);
      kept -= version;
    }
  };

  return {
    load:
      (stream, { from = 1, to } = {}) =>
      async () => {
        const { commits, version } = (await readable(stream)) ?? NOTHING;
        // Behind what is known: a page of its own.
        if (from > version + 1) return events.load(stream, rangeOf(from, to))();
        const isWanted = (commit: Commit): boolean => lastVersion(commit) >= from && commit.version <= (to ?? version);
        const own = commits.filter(isWanted);
        if (to !== undefined && to <= version) return E.right(own);
        const loaded = await events.load(stream, rangeOf(version + 1, to))();
        if (E.isLeft(loaded)) return loaded;
        keep(stream, loaded.right);
        return E.right([...own, ...loaded.right]);
      },
  };
};

/** What is no number is none to a store. */
const rangeOf = (from: number, to: number | undefined) => ({ from, ...(to !== undefined && { to }) });

const NOTHING = { commits: [], version: 0 };
