import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { batchGet } from '#adapters/dynamodb/batch.ts';
import { FOLDED_ATTRIBUTES, liveKey } from '#adapters/dynamodb/liveItem.ts';
import type { Services } from '#adapters/services.ts';
import {
  type AnyProjection,
  failureText,
  type JobRequest,
  jobFailureText,
  lineupsWith,
  ownerOf,
  type Registry,
  retailTiers,
  runJob,
  type Segment,
  segmentsOf,
  type Tally,
  tierBy,
  totalOf,
  walkLog,
  whatIf,
} from '#domain/index.ts';

/** As many as the service and the command line take by themselves. */
export const SEGMENTS = 4;

/** Stricter rules, so that a good part of the passes differ. */
export const candidateTier = (version: number): AnyProjection => ({
  ...tierBy({
    ...retailTiers,
    tiers: [
      { name: 'Member', threshold: 0 },
      { name: 'Gold', threshold: 3_000_00 },
    ],
  }),
  version,
});

/** Nothing but the requests: every item of a table, in so many segments side by side, counted. */
export const scanBare = async (dynamodb: DynamoDBClient, tableName: string): Promise<number> => {
  const counts = await Promise.all(
    segmentsOf(SEGMENTS).map(async ({ segment, segments }) => {
      let items = 0;
      let start: ScanCommandInput['ExclusiveStartKey'];
      do {
        const page = await dynamodb.send(
          new ScanCommand({
            ...{ TableName: tableName, Segment: segment, TotalSegments: segments, ConsistentRead: true },
            ...(start !== undefined && { ExclusiveStartKey: start }),
          }),
        );
        items += page.Items?.length ?? 0;
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return items;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Nothing but the requests for what a replay reads of so many LIVE, as it asks for them; counted. */
export const readLivesBare = async (
  dynamodb: DynamoDBClient,
  tableName: string,
  memberIds: readonly string[],
): Promise<number> =>
  (await batchGet(dynamodb, tableName, memberIds.map(liveKey), 'eventual', undefined, FOLDED_ATTRIBUTES)).length;

export type JobOptions = { readonly registry?: Registry; readonly onSaved?: (segment: Segment) => void };

/** A job as the service runs it, its segments kept in the ops table. */
export const runToEnd = async (
  { project, events, jobs: store }: Pick<Services, 'project' | 'events' | 'jobs'>,
  request: JobRequest,
  { registry = project.registry, onSaved }: JobOptions = {},
): Promise<Tally> => {
  // What is called like one that ended would have nothing left to do.
  const id = randomUUID();
  const refuse = (operation: string) => TE.left({ type: 'StoreUnavailable' as const, operation, reason: 'no need' });
  const saveSegment: typeof store.saveSegment = (jobId, segment) => {
    onSaved?.(segment);
    return store.saveSegment(jobId, segment);
  };
  const ran = await runJob({
    ...{ ...project, events, registry, jobs: { ...store, saveSegment } },
    publications: { revisions: () => refuse('revisions'), restate: () => refuse('restate') },
    pause: () => Promise.reject(new Error('LIVE was to be level with the log')),
    isStopping: () => false,
  })({ id, request, state: 'running', startedAt: 0, endedAt: null, failure: null, size: null })();
  if (E.isLeft(ran)) throw new Error(jobFailureText(ran.left));
  const segments = await store.segments(id)();
  if (E.isLeft(segments)) throw new Error(failureText(segments.left));
  return totalOf(segments.right.map(({ tally }) => tally));
};

/** As `billfold what-if` walks. */
export const whatIfAll = async ({ project, events }: Services, candidate: AnyProjection): Promise<Tally> => {
  const { before, after } = lineupsWith(project, candidate);
  const walked = await Promise.all(
    segmentsOf(SEGMENTS).map((segment) =>
      walkLog(
        {
          ...{ events, projections: [...new Set([...Object.values(before), ...Object.values(after)])] },
          only: (stream) => ownerOf(stream).type === 'member',
          handle: whatIf(project, candidate),
          save: () => TE.right(undefined),
          isStopping: () => false,
        },
        segment,
      )(),
    ),
  );
  return totalOf(
    walked.map((segment) => {
      if (E.isLeft(segment)) throw new Error(failureText(segment.left));
      return segment.right.tally;
    }),
  );
};
