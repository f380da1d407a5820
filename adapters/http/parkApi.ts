import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { failureText, type ParkStore, type ProjectFailure, type RetryRound } from '#domain/index.ts';
import { ParkedPage, RetriedParked } from './answers/parked.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { pages, STORE } from './parameters.ts';
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
    route(server, 'GET', '/api/parked', LIST_PARKED, async (request, reply) => {
      const { after = null } = request.query;
      const limit = wholeNumber(request.query.limit, MAX_PAGE);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      const listed = await parked.list(after, Math.min(limit, MAX_PAGE))();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      return { items: listed.right.items.map(parkedText), next: listed.right.cursor };
    });

    route(server, 'POST', '/api/parked/retry', RETRY_PARKED, async (_request, reply) => {
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

const LIST_PARKED = operation({
  id: 'listParked',
  tag: 'parked',
  summary: 'members whose projections failed, with why',
  query: pages(MAX_PAGE),
  answers: { 200: ParkedPage },
  refusals: { 503: STORE },
});

const RETRY_PARKED = operation({
  id: 'retryParked',
  tag: 'parked',
  summary: 'tries all of them again, with the code of now',
  answers: { 200: RetriedParked },
  refusals: { 503: STORE },
});
