import * as E from 'fp-ts/lib/Either.js';
import { announcementsOf, type Commit, failureText } from '#domain/index.ts';
import { type BusEntry, inRequests } from '../eventbridge/requests.ts';
import type { ReadCommit } from './projector.ts';
import { failures, type StreamBatchResponse, type StreamRecord } from './streamBatch.ts';

export type AnnouncerDeps = {
  readonly readCommit: ReadCommit;
  /** What fits into one request. Resolves with the entries that the bus did not take. */
  readonly putEvents: (entries: readonly BusEntry[]) => Promise<readonly BusEntry[]>;
  readonly onFailure: (where: string, reason: string) => void;
};

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
    const refused = await Promise.all(
      inRequests(announced, ({ entry }) => entry).map((request) => putAll(deps, request)),
    );
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

const putAll = async ({ putEvents }: AnnouncerDeps, request: readonly Announced[]): Promise<readonly Announced[]> => {
  let left = request;
  for (let tries = 0; left.length > 0 && tries < MAX_TRIES; tries++) {
    const refused = new Set(await putEvents(left.map(({ entry }) => entry)));
    left = left.filter(({ entry }) => refused.has(entry));
  }
  return left;
};
