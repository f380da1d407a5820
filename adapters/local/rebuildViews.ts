import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  failureText,
  type Job,
  jobFailureText,
  type Mapping,
  type Publications,
  type ReadFailure,
  runJob,
  totalOf,
} from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { fileKeys } from '../keys/fileKeys.ts';
import { connectServices, type Services } from '../services.ts';
import { physicalName, topology } from '../topology.ts';
import { startDynoxide } from './dynoxide.ts';
import { hiddenPlace } from './hiddenPlace.ts';

export type RebuildViewsOptions = {
  /** Of a store that nobody works on. */
  readonly dbFile: string;
  readonly keysFile: string;
  readonly mapping: Mapping;
  readonly clock: () => number;
  /** Members whose keys are destroyed: those whom the store does not know of are to be forgotten again. */
  readonly withoutKeys: readonly string[];
};

/** members: those whose passes were made again. notRebuilt: parked or refused, as a replay tells them. */
export type Rebuilt = {
  readonly members: number;
  readonly notRebuilt: number;
  readonly revisionsAbove: number;
  /** Asked for again: whoever starts on the store goes on with it. */
  readonly forgottenSince: readonly string[];
};

/** Throws every view of a store away and folds its log again, with revisions above any that was ever published. */
export const rebuildViews = async (options: RebuildViewsOptions): Promise<E.Either<string, Rebuilt>> => {
  const server = await startDynoxide({ ...(await hiddenPlace()), dbFile: options.dbFile, environment: {} })();
  if (E.isLeft(server)) return E.left(server.left.message);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { dynamodb } = connectDynamoDb({ endpoint: server.right.endpoint, region: 'local', credentials });
  const { prefix } = topology;
  try {
    const keys = fileKeys(options.keysFile);
    const services = connectServices({ dynamodb, prefix, keys, clock: options.clock, mapping: options.mapping });
    await emptyViews(dynamodb, physicalName(prefix, 'views'));
    const floor = await services.project.releases.raiseFloor(floorAt(options.clock()))();
    if (E.isLeft(floor)) return E.left(failureText(floor.left));
    const forgottenSince = await askAgain(services, options);
    if (E.isLeft(forgottenSince)) return E.left(failureText(forgottenSince.left));
    const counts = await replayAll(services, options.clock);
    return E.isLeft(counts)
      ? counts
      : E.right({ ...counts.right, revisionsAbove: floor.right, forgottenSince: forgottenSince.right });
  } finally {
    dynamodb.destroy();
    await server.right.stop();
  }
};

const askAgain = async (
  { forgotten }: Services,
  { withoutKeys, clock }: RebuildViewsOptions,
): Promise<E.Either<ReadFailure, readonly string[]>> => {
  const known = await forgotten.list()();
  if (E.isLeft(known)) return known;
  const ids = new Set(known.right.map(({ memberId }) => memberId));
  const since = withoutKeys.filter((memberId) => !ids.has(memberId));
  for (const memberId of since) {
    const asked = await forgotten.ask(memberId, clock())();
    if (E.isLeft(asked)) return asked;
  }
  return E.right(since);
};

/**
 * How far revisions came since the backup was taken nobody knows. They come no faster than one a second for long, so the seconds of the clock are above them all,
 * and above those of any restore before.
 */
export const floorAt = (now: number): number => Math.floor(now / 1000);

const emptyViews = async (client: DynamoDBClient, TableName: string): Promise<void> => {
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ProjectionExpression: 'p' }))
    await Promise.all(Items.map((Key) => client.send(new DeleteItemCommand({ TableName, Key }))));
};

const replayAll = async (
  { project, events, jobs }: Services,
  clock: () => number,
): Promise<E.Either<string, Pick<Rebuilt, 'members' | 'notRebuilt'>>> => {
  // A name of its own, and kept nowhere: one that the backup found half done would be gone on with, and its members passed over.
  const job: Job = {
    ...{ id: `restore-${clock()}`, startedAt: clock(), endedAt: null, state: 'running', failure: null, size: null },
    request: { type: 'replay', projection: null, memberId: null, segments: SEGMENTS },
  };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const deps = { ...project, events, jobs, publications: noBus, pause, isStopping: () => false };
  const ran = await runJob(deps)(job)();
  if (E.isLeft(ran)) return E.left(jobFailureText(ran.left));
  const segments = await jobs.segments(job.id)();
  if (E.isLeft(segments)) return E.left(failureText(segments.left));
  const { members = 0, parked = 0, failed = 0 } = totalOf(segments.right.map(({ tally }) => tally)).counts;
  return E.right({ members, notRebuilt: parked + failed });
};
const SEGMENTS = 4;

/** A replay publishes by writing LIVE: the pipes tell of it when the service runs. */
const noBus: Publications = {
  revisions: () => TE.right(null),
  restate: () => TE.left({ type: 'StoreUnavailable', operation: 'publish', reason: 'no bus runs here' }),
};
