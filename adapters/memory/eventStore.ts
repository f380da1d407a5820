import { crc32 } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Commit,
  commitOf,
  type EventStore,
  emptyHead,
  forgetPersonalFacts,
  headAfter,
  type KeyStore,
  lastVersion,
  memberKeyId,
  ownerOf,
} from '#domain/index.ts';
import { addCommit, commitAfter, commitsOf, destroyedAmong, headOf, type Memory } from './memory.ts';

/** The event store as a specification. A commit's key is obtained when it is written, as sealing it would. */
export const memoryEventStore = (memory: Memory, keys: Pick<KeyStore, 'obtain'>): EventStore => {
  const readable = (commits: readonly Commit[]) =>
    TE.map((destroyed: ReadonlySet<string>) =>
      commits.map((commit) => (destroyed.has(keyIdOf(commit)) ? forgetIn(commit) : commit)),
    )(destroyedAmong(keys, [...new Set(commits.map(keyIdOf))]));

  return {
    head: (stream) => TE.fromIO(() => headOf(memory, stream)),

    presumeEmpty: emptyHead,

    append: (append) => async () => {
      const { head } = append;
      if (append.events.length === 0) return E.right(head);
      const winner = commitAfter(memory, head);
      if (winner !== undefined) {
        const { stream, version } = head;
        return E.left({ type: 'AppendConflict', stream, expected: version, actual: lastVersion(winner) });
      }
      const commit = commitOf(append);
      addCommit(memory, commit);
      return E.right(headAfter(commit));
    },

    load: (stream, { from = 1, to = Number.POSITIVE_INFINITY } = {}) =>
      readable(commitsOf(memory, stream).filter((commit) => lastVersion(commit) >= from && commit.version <= to)),

    loadBackward: (stream, limit) => readable(commitsOf(memory, stream).toReversed().slice(0, limit)),

    scan: ({ segment, segments, cursor, only = () => true }) => {
      const ours = [...memory.streams.keys()].filter((stream) => crc32(stream) % segments === segment);
      const commits = ours.toSorted((a, b) => (a < b ? -1 : 1)).flatMap((stream) => commitsOf(memory, stream));
      const left = cursor === null ? commits : commits.filter((commit) => isAfter(commit, cursor));
      const page = left.slice(0, PAGE);
      const last = page.at(-1);
      return TE.map((readablePage: readonly Commit[]) => ({
        commits: readablePage.filter(({ stream }) => only(stream)),
        cursor: left.length > PAGE && last !== undefined ? cursorAfter(last) : null,
      }))(readable(page));
    },

    cursorAfter,

    approximateSize: () =>
      TE.fromIO(() => [...memory.streams.keys()].flatMap((name) => commitsOf(memory, name)).length),
  };
};

/** Small, so that resuming is tried. */
const PAGE = 10;

const cursorAfter = ({ stream, version }: Commit): string => `${version} ${stream}`;

const isAfter = ({ stream, version }: Commit, cursor: string): boolean => {
  const space = cursor.indexOf(' ');
  const at = cursor.slice(space + 1);
  return stream > at || (stream === at && version > Number(cursor.slice(0, space)));
};

const keyIdOf = ({ stream }: Commit): string => memberKeyId(ownerOf(stream).id);

const forgetIn = (commit: Commit): Commit => ({ ...commit, events: commit.events.map(forgetPersonalFacts) });
