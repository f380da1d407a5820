import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText, type ParkStore, type ProjectFailure, type RetryRound } from '#domain/index.ts';
import { wholeNumber } from './memberApi.ts';
import { parkedText } from './parkedText.ts';
import { sendProblem } from './problem.ts';

export type ParkApiDeps = {
  readonly parked: Pick<ParkStore, 'list'>;
  /** All of them, whether or not they have waited long enough. */
  readonly retryAllParked: TaskEither<ProjectFailure, RetryRound>;
};

const MAX_PAGE = 1_000;

/** Members whose projections failed: listed, and tried again. */
export const parkApi =
  ({ parked, retryAllParked }: ParkApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get<{ Querystring: { after?: unknown; limit?: string } }>('/api/parked', async (request, reply) => {
      const { after = null } = request.query;
      const limit = wholeNumber(request.query.limit, MAX_PAGE);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      if (after !== null && typeof after !== 'string') return sendProblem(reply, 400, 'after: expected one place');
      const listed = await parked.list(after, Math.min(limit, MAX_PAGE))();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      return { items: listed.right.items.map(parkedText), next: listed.right.cursor };
    });

    server.post('/api/parked/retry', async (_request, reply) => {
      const round = await retryAllParked();
      if (E.isLeft(round)) return sendProblem(reply, 503, failureText(round.left));
      const left = await parked.list(null, MAX_PAGE)();
      if (E.isLeft(left)) return sendProblem(reply, 503, failureText(left.left));
      return {
        recovered: round.right.recovered.map(({ memberId, ref }) => ({ memberId, projection: ref })),
        failed: round.right.failed,
        parked: left.right.items.map(parkedText),
        next: left.right.cursor,
      };
    });
  };
