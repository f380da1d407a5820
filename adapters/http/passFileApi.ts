import type { FastifyInstance } from 'fastify';
import { idOf } from './memberApi.ts';
import { sendProblem } from './problem.ts';

/** middlewareUrl: without a slash at the end. */
export type PassFileApiDeps = { readonly middlewareUrl: string };

/** GET /api/passes/{id}.pkpass: what the middleware answers, passed on. */
export const passFileApi =
  ({ middlewareUrl }: PassFileApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get<{ Params: { id: string } }>('/api/passes/:id.pkpass', async (request, reply) => {
      const path = `/api/passes/${encodeURIComponent(idOf(request.params.id))}.pkpass`;
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(`${middlewareUrl}${path}`, { signal }).catch(() => null);
      if (response === null) return sendProblem(reply, 503, 'The middleware does not answer');
      for (const name of PASSED_ON) {
        const value = response.headers.get(name);
        if (value !== null) reply.header(name, value);
      }
      return reply.code(response.status).send(Buffer.from(await response.arrayBuffer()));
    });
  };

const PATIENCE_MS = 10_000;
const PASSED_ON = ['content-type', 'content-disposition', 'last-modified', 'x-billfold-revision', 'retry-after'];
