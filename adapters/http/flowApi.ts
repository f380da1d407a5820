import type { FastifyInstance } from 'fastify';
import { FlowDetail, FlowNow } from './answers/flow.ts';
import { route } from './operation.ts';
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
    route(
      server,
      'GET',
      '/api/flow',
      {
        ...{ id: 'getFlow', tag: 'service', summary: 'what passes through each part of the topology, as numbers' },
        answers: { 200: FlowNow },
      },
      async (_request, reply) => reply.header('cache-control', 'no-store').send(await flow()),
    );
    route(
      server,
      'GET',
      '/api/flow/:name',
      {
        ...{ id: 'getFlowDetail', tag: 'service', summary: 'what is behind one box of the drawing, part by part' },
        params: { name: 'of a box, or of a part of the topology' },
        answers: { 200: FlowDetail },
        refusals: { 404: 'No box and no part has that name' },
      },
      async ({ params: { name } }, reply) => {
        const found = await flowDetail(name);
        return found === null
          ? sendProblem(reply, 404, 'No such part', 'GET /api/flow lists the parts by kind and name.')
          : reply.header('cache-control', 'no-store').send(found);
      },
    );
  };
