import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import { type Commit, lastVersion, type StreamName } from '../event/stream.ts';
import type { EventStore } from '../ports.ts';

/** The commits after `asOf`, from the images where they follow, else from the store; they must reach `toVersion`. */
export const commitsAfter = async (
  { events }: { readonly events: Pick<EventStore, 'load'> },
  stream: StreamName,
  asOf: number,
  toVersion: number,
  images: readonly Commit[],
): Promise<E.Either<ReadFailure, readonly Commit[]>> => {
  if (toVersion <= asOf) return E.right([]);
  const following: Commit[] = [];
  let reached = asOf;
  for (const image of images.toSorted((a, b) => a.version - b.version)) {
    if (image.version !== reached + 1) continue;
    following.push(image);
    reached = lastVersion(image);
  }
  if (reached >= toVersion) return E.right(following);
  const loaded = await events.load(stream, { from: asOf + 1 })();
  if (E.isLeft(loaded)) return loaded;
  const last = loaded.right.at(-1);
  if (last === undefined || lastVersion(last) < toVersion)
    return E.left({
      type: 'StoreCorrupt',
      where: stream,
      reason: `was said to reach version ${toVersion}, but does not`,
    });
  return loaded;
};

/** Exactly those after `asOf` up to `toVersion`, where a commit ends: the log may have gone on. */
export const commitsBetween = async (
  deps: { readonly events: Pick<EventStore, 'load'> },
  stream: StreamName,
  asOf: number,
  toVersion: number,
): Promise<E.Either<ReadFailure, readonly Commit[]>> => {
  const commits = await commitsAfter(deps, stream, asOf, toVersion, []);
  return E.isLeft(commits) ? commits : E.right(commits.right.filter((commit) => lastVersion(commit) <= toVersion));
};
