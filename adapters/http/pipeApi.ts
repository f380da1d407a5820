import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { type PipeFailure, pipeFailureText } from '../pipes/failure.ts';
import type { PipeControl } from '../pipes/pipeControl.ts';
import { PipeTexts, TurnedPipe } from './answers/pipes.ts';
import { operation, route } from './operation.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type PipeApiDeps = { readonly pipeControl: PipeControl };

/** The live pipes: listed, paused, resumed. An answer to pause or resume comes once the state is reached. */
export const pipeApi =
  ({ pipeControl }: PipeApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/pipes', LIST_PIPES, async (_request, reply) => {
      const listed = await pipeControl.list();
      reply.header('cache-control', 'no-store');
      return E.isRight(listed) ? { items: listed.right, next: null } : refuse(reply, listed.left);
    });

    for (const verb of ['pause', 'resume'] as const)
      route(server, 'POST', `/api/pipes/:name/${verb}`, turnPipe(verb), async ({ params: { name } }, reply) => {
        const turned = await pipeControl[verb](name)();
        return E.isRight(turned) ? turned.right : refuse(reply, turned.left);
      });
  };

const LIST_PIPES = operation({
  id: 'listPipes',
  tag: 'pipes',
  summary: 'the live pipes: running, paused, whether work waits',
  answers: { 200: PipeTexts },
  refusals: { 503: 'The pipes cannot be asked' },
});

const turnPipe = <Verb extends 'pause' | 'resume'>(verb: Verb) =>
  operation({
    id: `${verb}Pipe`,
    tag: 'pipes',
    summary: verb === 'pause' ? 'delivers nothing until it is resumed; answers once it is so' : 'delivers again',
    params: { name: 'As the list says' },
    answers: { 200: TurnedPipe },
    refusals: { 404: 'There is no such pipe', 503: 'It cannot be asked', 504: 'It did not get there in time' },
  });

const refuse = (reply: AnyReply, failure: PipeFailure): FastifyReply => {
  const status = failure.type === 'PipeUnknown' ? 404 : failure.type === 'PipeNotReached' ? 504 : 503;
  return sendProblem(reply, status, pipeFailureText(failure));
};
