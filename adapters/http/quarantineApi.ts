import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText, type QuarantineItem, type QuarantineStore } from '#domain/index.ts';
import { QuarantinedPage, QuarantinedText, type RetryOutcome, RetryOutcomes } from './answers/quarantine.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { pages, STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type QuarantineApiDeps = {
  readonly quarantine: QuarantineStore;
  readonly retry: (ids: readonly string[]) => Promise<readonly RetryOutcome[]>;
};

const MAX_PAGE = 1_000;

/** What could not be understood: listed and shown without the input itself, tried again after a mend, or given up. */
export const quarantineApi =
  ({ quarantine, retry }: QuarantineApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/quarantine', LIST, async (request, reply) => {
      const { after = null } = request.query;
      const limit = wholeNumber(request.query.limit, MAX_PAGE);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      const listed = await quarantine.list(after, Math.min(limit, MAX_PAGE))();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      return { items: listed.right.items.map(shown), next: listed.right.cursor };
    });

    route(server, 'GET', '/api/quarantine/:id', GET, async ({ params: { id } }, reply) => {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      return O.isSome(found.right)
        ? shown(found.right.value)
        : sendProblem(reply, 404, `Nothing in quarantine is called ${id}`);
    });

    route(server, 'POST', '/api/quarantine/:id/retry', RETRY_ONE, async ({ params: { id } }, reply) => {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      if (O.isNone(found.right)) return sendProblem(reply, 404, `Nothing in quarantine is called ${id}`);
      return { items: await retry([id]) };
    });

    route(server, 'POST', '/api/quarantine/retry', RETRY_ALL, async (_request, reply) => {
      const ids: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const listed: Awaited<ReturnType<ReturnType<QuarantineStore['list']>>> = await quarantine.list(
          cursor,
          MAX_PAGE,
        )();
        if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
        ids.push(...listed.right.items.map(({ id }) => id));
        cursor = listed.right.cursor;
        if (cursor === null) return { items: await retry(ids) };
      }
    });

    route(server, 'DELETE', '/api/quarantine/:id', DROP, async ({ params: { id } }, reply) => {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      if (O.isNone(found.right)) return sendProblem(reply, 404, `Nothing in quarantine is called ${id}`);
      if (found.right.value.type === 'record')
        return sendProblem(
          reply,
          409,
          'A record fault cannot be dropped',
          'It ends when a source says something better of the record.',
        );
      const dropped = await quarantine.drop(id)();
      return E.isRight(dropped) ? reply.code(204).send() : sendProblem(reply, 503, failureText(dropped.left));
    });
  };

const tag = 'quarantine';
const params = { id: 'As the list says' };
const NO_SUCH = 'Nothing in quarantine is called so';

const LIST = operation({
  id: 'listQuarantine',
  tag,
  summary: 'what could not be understood, with why',
  query: pages(MAX_PAGE),
  answers: { 200: QuarantinedPage },
  refusals: { 503: STORE },
});

const GET = operation({
  id: 'getQuarantined',
  tag,
  params,
  summary: 'one of them',
  answers: { 200: QuarantinedText },
  refusals: { 404: NO_SUCH, 503: STORE },
});

const RETRY_ONE = operation({
  id: 'retryQuarantined',
  tag,
  params,
  summary: 'reads it again after a mend',
  answers: { 200: RetryOutcomes },
  refusals: { 404: NO_SUCH, 503: STORE },
});

const RETRY_ALL = operation({
  id: 'retryQuarantine',
  tag,
  summary: 'reads all of them again',
  answers: { 200: RetryOutcomes },
  refusals: { 503: STORE },
});

const DROP = operation({
  id: 'dropQuarantined',
  tag,
  params,
  summary: 'gives it up',
  answers: { 204: null },
  refusals: { 404: NO_SUCH, 409: 'A record fault cannot be dropped', 503: STORE },
});

const shown = ({ content: _, quarantinedAt, ...item }: QuarantineItem): QuarantinedText => ({
  ...item,
  quarantinedAt: new Date(quarantinedAt).toISOString(),
});
