import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText, type QuarantineItem, type QuarantineStore } from '#domain/index.ts';
import type { RetryOutcome } from '../local/retryQuarantined.ts';
import { wholeNumber } from './memberApi.ts';
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
    server.get<{ Querystring: { after?: unknown; limit?: string } }>('/api/quarantine', async (request, reply) => {
      const { after = null } = request.query;
      const limit = wholeNumber(request.query.limit, MAX_PAGE);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      if (after !== null && typeof after !== 'string') return sendProblem(reply, 400, 'after: expected one item id');
      const listed = await quarantine.list(after, Math.min(limit, MAX_PAGE))();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      return { items: listed.right.items.map(shown), next: listed.right.cursor };
    });

    server.get<{ Params: { id: string } }>('/api/quarantine/:id', async ({ params: { id } }, reply) => {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      return O.isSome(found.right)
        ? shown(found.right.value)
        : sendProblem(reply, 404, `Nothing in quarantine is called ${id}`);
    });

    server.post<{ Params: { id: string } }>('/api/quarantine/:id/retry', async ({ params: { id } }, reply) => {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      if (O.isNone(found.right)) return sendProblem(reply, 404, `Nothing in quarantine is called ${id}`);
      return { items: await retry([id]) };
    });

    server.post('/api/quarantine/retry', async (_request, reply) => {
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

    server.delete<{ Params: { id: string } }>('/api/quarantine/:id', async ({ params: { id } }, reply) => {
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

const shown = ({ content: _, quarantinedAt, ...item }: QuarantineItem) => ({
  ...item,
  quarantinedAt: new Date(quarantinedAt).toISOString(),
});
