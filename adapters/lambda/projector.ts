import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Commit,
  causeOf,
  failureText,
  foldDefinitions,
  foldMembers,
  lastVersion,
  type MemberPoke,
  ownerOf,
  type ProjectDeps,
  type ReadFailure,
} from '#domain/index.ts';
import type { ItemImage } from '../dynamodb/item.ts';
import { failures, type StreamBatchResponse, type StreamRecord } from './streamBatch.ts';

export type ReadCommit = (image: ItemImage) => TE.TaskEither<ReadFailure, Commit>;

export type ProjectorDeps = ProjectDeps & {
  readonly readCommit: ReadCommit;
  /** Told after definitions changed: their holders wait for a sweep. */
  readonly onCatalogChanged: () => void;
  readonly onFailure: (where: string, reason: string) => void;
};

/** Pokes from the events stream: folds each member once for the whole batch, definitions first. A member fails alone. */
export const projectorHandler =
  (deps: ProjectorDeps) =>
  async (records: readonly StreamRecord[]): Promise<StreamBatchResponse> => {
    const failed = new Set<StreamRecord>();
    const pokes = (await Promise.all(records.map((record) => readPoke(deps, record, failed)))).flat();
    const byOwner = Map.groupBy(pokes, ({ commit }) => ownerOf(commit.stream).type);
    await projectDefinitions(deps, byOwner.get('definition') ?? [], failed);
    const members = Map.groupBy(byOwner.get('member') ?? [], ({ commit }) => commit.stream);
    await projectMembers(deps, [...members.values()], failed);
    return failures(failed);
  };

type Poke = { readonly record: StreamRecord; readonly commit: Commit };

/** A record without an image is a removal: nothing in the log is ever removed by billfold, and nothing follows from it. */
const readPoke = async (
  deps: ProjectorDeps,
  record: StreamRecord,
  failed: Set<StreamRecord>,
): Promise<readonly Poke[]> => {
  const image = record.dynamodb.NewImage;
  if (image === undefined) return [];
  const commit = await deps.readCommit(image)();
  if (E.isRight(commit)) return [{ record, commit: commit.right }];
  failed.add(record);
  deps.onFailure('events', failureText(commit.left));
  return [];
};

const projectMembers = async (
  deps: ProjectorDeps,
  members: readonly (readonly Poke[])[],
  failed: Set<StreamRecord>,
): Promise<void> => {
  const folds = await foldMembers(deps)(members.map(toMemberPoke))();
  for (const [index, folded] of folds.entries()) {
    if (E.isRight(folded)) continue;
    for (const { record, commit } of members[index] ?? []) {
      failed.add(record);
      deps.onFailure(commit.stream, failureText(folded.left));
    }
  }
};

/** All commits of one member in the batch: one fold, one write. Live work among them makes it live. */
const toMemberPoke = (pokes: readonly Poke[]): MemberPoke => {
  const commits = pokes.map(({ commit }) => commit);
  const latest = commits.reduce((a, b) => (b.version > a.version ? b : a));
  const lane = commits.some((commit) => commit.lane === 'live') ? 'live' : 'bulk';
  return {
    memberId: ownerOf(latest.stream).id,
    toVersion: lastVersion(latest),
    images: commits,
    cause: causeOf(latest.stream, lastVersion(latest), lane, latest.origin),
  };
};

const projectDefinitions = async (
  deps: ProjectorDeps,
  pokes: readonly Poke[],
  failed: Set<StreamRecord>,
): Promise<void> => {
  if (pokes.length === 0) return;
  const versions = pokes.map(({ commit }) => ({
    id: ownerOf(commit.stream).id,
    stream: commit.stream,
    version: lastVersion(commit),
  }));
  const folded = await foldDefinitions(deps)(versions)();
  if (E.isRight(folded)) return deps.onCatalogChanged();
  for (const { record } of pokes) failed.add(record);
  deps.onFailure('catalog', failureText(folded.left));
};
