import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import {
  type Busy,
  failureText,
  type JobRefusal,
  lineupOf,
  type ReadFailure,
  type Registry,
  type ReleaseStore,
  refOf,
  shadowsOf,
} from '#domain/index.ts';
import { readRequest } from '../jobs/readRequest.ts';
import { shownJob } from '../jobs/report.ts';
import type { Jobs, NotResumable } from '../local/jobs.ts';
import { AskedJob, Projections, ShownJob, ShownJobs } from './answers/jobs.ts';
import { operation, route } from './operation.ts';
import { STORE } from './parameters.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type JobApiDeps = {
  readonly jobs: Jobs;
  readonly registry: Registry;
  readonly releases: Pick<ReleaseStore, 'load'>;
};

/** What is done to all members at once: replay, verify, diff, promote, reconcile. Started, they go on by themselves. */
export const jobApi =
  ({ jobs, registry, releases }: JobApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'POST', '/api/jobs', START_JOB, async (request, reply) => {
      const asked = readRequest(request.body);
      if (E.isLeft(asked)) return sendProblem(reply, 400, asked.left);
      const started = await jobs.start(asked.right);
      return E.isLeft(started) ? refuse(reply, started.left) : reply.code(202).send(shownJob(started.right));
    });

    route(server, 'GET', '/api/jobs', LIST_JOBS, async (_request, reply) => {
      const listed = await jobs.list();
      return E.isLeft(listed)
        ? sendProblem(reply, 503, failureText(listed.left))
        : { items: listed.right.map(shownJob), next: null };
    });

    route(server, 'GET', '/api/jobs/:id', GET_JOB, async ({ params: { id } }, reply) => {
      const report = await jobs.report(id);
      if (E.isLeft(report)) return sendProblem(reply, 503, failureText(report.left));
      return report.right === null
        ? sendProblem(reply, 404, `There is no job ${id}.`)
        : reply.header('cache-control', 'no-store').send(shownJob(report.right));
    });

    route(server, 'POST', '/api/jobs/:id/resume', RESUME_JOB, async ({ params: { id } }, reply) => {
      const resumed = await jobs.resume(id);
      return E.isLeft(resumed) ? refuse(reply, resumed.left) : reply.code(202).send(shownJob(resumed.right));
    });

    route(server, 'GET', '/api/projections', LIST_PROJECTIONS, async (_request, reply) => {
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

const tag = 'jobs';
const params = { id: 'As the list says' };

const START_JOB = operation({
  id: 'startJob',
  tag,
  summary: 'replay, verify, diff, promote, reconcile: starts one',
  description: 'One that was asked for in the same words and did not get to its end goes on where it stopped.',
  body: { 'application/json': AskedJob },
  answers: { 202: ShownJob },
  refusals: {
    404: 'There is no such projection',
    409: 'Another one is under way, or this one makes no sense now',
    503: STORE,
  },
});

const LIST_JOBS = operation({
  id: 'listJobs',
  tag,
  summary: 'those that run, and ran: newest first',
  answers: { 200: ShownJobs },
  refusals: { 503: STORE },
});

const GET_JOB = operation({
  id: 'getJob',
  tag,
  params,
  summary: 'how far one is, and what it found',
  answers: { 200: ShownJob },
  refusals: { 404: 'There is no such job', 503: STORE },
});

const RESUME_JOB = operation({
  id: 'resumeJob',
  tag,
  params,
  summary: 'goes on with one that stopped or failed',
  answers: { 202: ShownJob },
  refusals: { 404: 'There is no such job', 409: 'Another one is under way, or it came to its end', 503: STORE },
});

const LIST_PROJECTIONS = operation({
  id: 'listProjections',
  tag,
  summary: 'which versions are live, which wait beside them',
  answers: { 200: Projections },
  refusals: { 503: STORE },
});

const refuse = (reply: AnyReply, failure: JobRefusal | Busy | NotResumable | ReadFailure): FastifyReply => {
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
