import type { FastifyInstance } from 'fastify';
import type { FlowDetail, FlowNow } from './answers/flow.ts';
import { sendProblem } from './problem.ts';

export type FlowApiDeps = {
  readonly flow: () => Promise<FlowNow>;
  /** null: no box and no part of that name. */
  readonly flowDetail: (name: string) => Promise<FlowDetail | null>;
};

/** What passes through each part of the topology, for whoever draws it; and what is behind one box of the drawing. */
export const flowApi =
  ({ flow, flowDetail }: FlowApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get('/api/flow', async (_request, reply) => reply.header('cache-control', 'no-store').send(await flow()));

    server.get<{ Params: { name: string } }>('/api/flow/:name', async ({ params: { name } }, reply) => {
      const found = await flowDetail(name);
      return found === null
        ? sendProblem(reply, 404, 'No such part', 'GET /api/flow lists the parts by kind and name.')
        : reply.header('cache-control', 'no-store').send(found);
    });
  };
