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
      return E.isLeft(started) ? refuse(reply, started.left) : reply.code(202).send(shownJob(started.right));
    });

    server.get('/api/jobs', async (_request, reply) => {
      const listed = await jobs.list();
      return E.isLeft(listed)
        ? sendProblem(reply, 503, failureText(listed.left))
        : { items: listed.right.map(shownJob), next: null };
    });

    server.get<{ Params: { id: string } }>('/api/jobs/:id', async ({ params: { id } }, reply) => {
      const report = await jobs.report(id);
      if (E.isLeft(report)) return sendProblem(reply, 503, failureText(report.left));
      return report.right === null
        ? sendProblem(reply, 404, `There is no job ${id}.`)
        : reply.header('cache-control', 'no-store').send(shownJob(report.right));
    });

    server.post<{ Params: { id: string } }>('/api/jobs/:id/resume', async ({ params: { id } }, reply) => {
      const resumed = await jobs.resume(id);
      return E.isLeft(resumed) ? refuse(reply, resumed.left) : reply.code(202).send(shownJob(resumed.right));
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
