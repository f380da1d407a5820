import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { type PipeFailure, pipeFailureText } from '../pipes/failure.ts';
import type { PipeControl } from '../pipes/pipeControl.ts';
import { sendProblem } from './problem.ts';

export type PipeApiDeps = { readonly pipeControl: PipeControl };

/** The live pipes: listed, paused, resumed. An answer to pause or resume comes once the state is reached. */
export const pipeApi =
  ({ pipeControl }: PipeApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get('/api/pipes', async (_request, reply) => {
      const listed = await pipeControl.list();
      reply.header('cache-control', 'no-store');
      return E.isRight(listed) ? { items: listed.right, next: null } : refuse(reply, listed.left);
    });

    for (const verb of ['pause', 'resume'] as const)
      server.post<{ Params: { name: string } }>(`/api/pipes/:name/${verb}`, async ({ params: { name } }, reply) => {
        const turned = await pipeControl[verb](name)();
        return E.isRight(turned) ? turned.right : refuse(reply, turned.left);
      });
  };

const refuse = (reply: FastifyReply, failure: PipeFailure): FastifyReply => {
  const status = failure.type === 'PipeUnknown' ? 404 : failure.type === 'PipeNotReached' ? 504 : 503;
  return sendProblem(reply, status, pipeFailureText(failure));
};
