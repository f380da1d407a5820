import * as E from 'fp-ts/lib/Either.js';
import type { ReadFailure } from '../errors.ts';
import { lastVersion, memberStream, ownerOf } from '../event/stream.ts';
import { type FoldedNow, feedsPass, foldCommits } from '../pass/live.ts';
import type { EventStore } from '../ports.ts';
import type { Lineup } from '../projection/lineup.ts';
import { refOf } from '../projection/lineup.ts';
import { commitsAfter } from '../workflow/commits.ts';
import { foldDefinitions } from '../workflow/definitions.ts';
import type { ProjectDeps, ProjectFailure } from '../workflow/projectDeps.ts';
import type { StreamFold } from './logWalk.ts';

/**
 * What a scan folded of a member, as a lineup's states: read from the store where the scan did not see the stream in order, or saw it
 * before it reached `atLeast`. Throws ProjectionThrew where the pass needs what throws.
 */
export const foldOf = async (
  events: Pick<EventStore, 'load'>,
  fold: StreamFold,
  atLeast: number,
  lineup: Lineup,
): Promise<E.Either<ReadFailure, FoldedNow>> => {
  const scanned = fold.isBroken ? nothing : scannedOf(fold, lineup);
  if (!fold.isBroken && scanned.asOf >= atLeast) return E.right(scanned);
  const news = await commitsAfter({ events }, fold.stream, scanned.asOf, Math.max(atLeast, fold.asOf), []);
  if (E.isLeft(news)) return news;
  const folded = foldCommits(scanned, news.right, lineup);
  return E.right({ ...folded, threw: [...scanned.threw, ...folded.threw] });
};

/** A member's states exactly as of a version that ends a commit. Throws ProjectionThrew where the pass needs what throws. */
export const foldUpTo = async (
  events: Pick<EventStore, 'load'>,
  memberId: string,
  version: number,
  lineup: Lineup,
): Promise<E.Either<ReadFailure, FoldedNow>> => {
  const loaded = await events.load(memberStream(memberId), { to: version })();
  if (E.isLeft(loaded)) return loaded;
  const commits = loaded.right.filter((commit) => lastVersion(commit) <= version);
  return E.right(foldCommits(nothing, commits, lineup));
};

/** The members among the streams of a walk; the catalog is brought up to the others, of which there are `definitions`. */
export const membersAmong = async (
  deps: ProjectDeps,
  streams: readonly StreamFold[],
): Promise<E.Either<ProjectFailure, { readonly members: readonly StreamFold[]; readonly definitions: number }>> => {
  const [members, others]: [StreamFold[], StreamFold[]] = [[], []];
  for (const fold of streams) (ownerOf(fold.stream).type === 'member' ? members : others).push(fold);
  // Folding none would read the whole catalog all the same, once for each hundred members.
  if (others.length === 0) return E.right({ members, definitions: 0 });
  const pokes = others.map(({ stream, asOf }) => ({ id: ownerOf(stream).id, stream, version: asOf }));
  const defined = await foldDefinitions(deps)(pokes)();
  return E.isLeft(defined) ? defined : E.right({ members, definitions: others.length });
};

export const memberIdOf = ({ stream }: StreamFold): string => ownerOf(stream).id;

const nothing: FoldedNow = { asOf: 0, states: {}, parked: [], threw: [] };

/** Of all that the scan folded, only what the lineup has. */
const scannedOf = ({ asOf, states: scanned, threw }: StreamFold, lineup: Lineup): FoldedNow => {
  const refs = Object.values(lineup).map(refOf);
  const states = Object.fromEntries(refs.filter((ref) => ref in scanned).map((ref) => [ref, scanned[ref]]));
  const failed = Object.values(lineup).flatMap((projection) => {
    const error = threw[refOf(projection)];
    return error === undefined ? [] : [{ projection, error }];
  });
  for (const { projection, error } of failed) if (feedsPass(projection)) throw error;
  return { asOf, states, parked: failed.map(({ error }) => error.ref), threw: failed.map(({ error }) => error) };
};
