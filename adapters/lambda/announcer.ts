import * as E from 'fp-ts/lib/Either.js';
import { announcementsOf, type Commit, failureText } from '#domain/index.ts';
import type { ReadCommit } from './projector.ts';
import { failures, type StreamBatchResponse, type StreamRecord } from './streamBatch.ts';

export type BusEntry = { readonly source: string; readonly detailType: string; readonly detail: string };

export type AnnouncerDeps = {
  readonly readCommit: ReadCommit;
  /** At most MAX_ENTRIES. Resolves with the entries that the bus did not take. */
  readonly putEvents: (entries: readonly BusEntry[]) => Promise<readonly BusEntry[]>;
  readonly onFailure: (where: string, reason: string) => void;
};

/** EventBridge: at most ten entries, and 1 MB in all, in one PutEvents. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 900_000;
/** Tries of the entries that the bus did not take; then the whole commit is delivered again. */
const MAX_TRIES = 3;

/** Announces every commit on the domain bus, without personal facts. Commits of a load are one MemberBaselined each. */
export const announcerHandler =
  (deps: AnnouncerDeps) =>
  async (records: readonly StreamRecord[]): Promise<StreamBatchResponse> => {
    const failed = new Set<StreamRecord>();
    const announced: Announced[] = [];
    for (const record of records) {
      if (record.dynamodb.NewImage === undefined) continue;
      const commit = await deps.readCommit(record.dynamodb.NewImage)();
      if (E.isRight(commit)) announced.push(...entriesOf(commit.right).map((entry) => ({ entry, record })));
      else {
        failed.add(record);
        deps.onFailure('announcement', failureText(commit.left));
      }
    }
    const refused = await Promise.all(chunks(announced).map((chunk) => putAll(deps, chunk)));
    for (const { record } of refused.flat()) failed.add(record);
    return failures(failed);
  };

/** An entry and the record it comes from, which is delivered again where the bus does not take the entry. */
type Announced = { readonly entry: BusEntry; readonly record: StreamRecord };

const entriesOf = (commit: Commit): readonly BusEntry[] =>
  announcementsOf(commit).map(({ type, detail }) => ({
    source: 'billfold.domain',
    detailType: type,
    detail: JSON.stringify(detail),
  }));

const putAll = async ({ putEvents }: AnnouncerDeps, chunk: readonly Announced[]): Promise<readonly Announced[]> => {
  let left = chunk;
  for (let tries = 0; left.length > 0 && tries < MAX_TRIES; tries++) {
    const refused = new Set(await putEvents(left.map(({ entry }) => entry)));
    left = left.filter(({ entry }) => refused.has(entry));
  }
  return left;
};

const chunks = (announced: readonly Announced[]): readonly (readonly Announced[])[] => {
  const result: Announced[][] = [];
  let bytes = 0;
  for (const candidate of announced) {
    const { detail, detailType, source } = candidate.entry;
    const size = Buffer.byteLength(detail) + detailType.length + source.length;
    const current = result.at(-1);
    if (current === undefined || current.length >= MAX_ENTRIES || bytes + size > MAX_BYTES) {
      result.push([candidate]);
      bytes = size;
    } else {
      current.push(candidate);
      bytes += size;
    }
  }
  return result;
};
