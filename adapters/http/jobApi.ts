import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import {
  failureText,
  type JobRefusal,
  JobRequest,
  lineupOf,
  type ReadFailure,
  type Registry,
  type ReleaseStore,
  refOf,
  shadowsOf,
} from '#domain/index.ts';
import type { Busy, JobReport, Jobs, NotResumable } from '../local/jobs.ts';
import { sendProblem } from './problem.ts';

export type JobApiDeps = {
  readonly jobs: Jobs;
  readonly registry: Registry;
  readonly releases: Pick<ReleaseStore, 'load'>;
};

/** What is done to all members at once: replay, verify, diff, promote, reconcile. Started, they go on by themselves. */
export const jobApi =
  ({ jobs, registry, releases }: JobApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.post('/api/jobs', async (request, reply) => {
      const asked = readRequest(request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, asked.left);
      const started = await jobs.start(asked.right);
      return E.isLeft(started) ? refuse(reply, started.left) : reply.code(202).send(shown(started.right));
    });

    server.get('/api/jobs', async (_request, reply) => {
      const listed = await jobs.list();
      return E.isLeft(listed)
        ? sendProblem(reply, 503, failureText(listed.left))
        : { items: listed.right.map(shown), next: null };
    });

    server.get<{ Params: { id: string } }>('/api/jobs/:id', async ({ params: { id } }, reply) => {
      const report = await jobs.report(id);
      if (E.isLeft(report)) return sendProblem(reply, 503, failureText(report.left));
      return report.right === null
        ? sendProblem(reply, 404, `There is no job ${id}.`)
        : reply.header('cache-control', 'no-store').send(shown(report.right));
    });

    server.post<{ Params: { id: string } }>('/api/jobs/:id/resume', async ({ params: { id } }, reply) => {
      const resumed = await jobs.resume(id);
      return E.isLeft(resumed) ? refuse(reply, resumed.left) : reply.code(202).send(shown(resumed.right));
    });

    server.get('/api/projections', async (_request, reply) => {
      const release = await releases.load()();
      if (E.isLeft(release)) return sendProblem(reply, 503, failureText(release.left));
      const { epoch, before, walk } = release.right;
      const lineup = lineupOf(registry, release.right);
      return {
        epoch,
        live: Object.values(lineup).map(refOf),
        candidates: shadowsOf(registry, lineup).map(refOf),
        promotionUnderWay: walk !== null,
        canGoBack: before !== null,
      };
    });
  };

export type ShownJob = ReturnType<typeof shown>;

const shown = ({ startedAt, endedAt, ...job }: JobReport) => ({
  ...job,
  startedAt: new Date(startedAt).toISOString(),
  endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
});

const refuse = (reply: FastifyReply, failure: JobRefusal | Busy | NotResumable | ReadFailure): FastifyReply => {
  switch (failure.type) {
    case 'StoreUnavailable':
    case 'StoreCorrupt':
      return sendProblem(reply, 503, failureText(failure));
    case 'UnknownProjection':
    case 'NoSuchJob':
      return sendProblem(reply, 404, failure.message);
    default:
      return sendProblem(reply, 409, failure.message);
  }
};

/** What is left out of each. */
const DEFAULTS: Readonly<Record<string, object>> = {
  replay: { projection: null, memberId: null, segments: 4 },
  verify: { sample: 0.01, memberId: null, segments: 4 },
  diff: { projection: null },
  promote: { projection: null, back: false, pushesPerSecond: 100 },
  reconcile: { republishSince: null, segments: 4 },
};

const MAX_SEGMENTS = 1_000;

const readRequest = (body: unknown): E.Either<string, JobRequest> => {
  const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : '';
  const defaults = DEFAULTS[type];
  if (defaults === undefined || !Object.hasOwn(DEFAULTS, type))
    return E.left(`type: expected one of ${Object.keys(DEFAULTS).join(', ')}`);
  const decoded = JobRequest.decode({ ...defaults, ...(body as object) });
  if (E.isLeft(decoded)) return E.left(`expected a ${type}: ${Object.keys(defaults).join(', ')}`);
  const request = decoded.right;
  if ('segments' in request && !isWhole(request.segments, 1, MAX_SEGMENTS))
    return E.left(`segments: expected a whole number from 1 to ${MAX_SEGMENTS}`);
  if (request.type === 'verify' && !(request.sample > 0 && request.sample <= 1))
    return E.left('sample: expected a share of the members above 0 and up to 1');
  if (request.type === 'promote' && !(request.pushesPerSecond > 0 && request.pushesPerSecond <= 100_000))
    return E.left('pushesPerSecond: expected a number above 0');
  return E.right(request);
};

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
