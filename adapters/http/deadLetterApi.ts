import type { FastifyInstance } from 'fastify';
import { type DeadLetters, deadLetterQueueNamed, deadLetterQueues } from '../deadLetters/deadLetters.ts';
import { DeadLetterTexts, RedrivenText } from './answers/deadLetters.ts';
import { operation, route } from './operation.ts';
import { sendProblem } from './problem.ts';

export type DeadLetterApiDeps = { readonly deadLetters: DeadLetters };

/** What queues and pipes gave up: listed without what is in it, and sent back. */
export const deadLetterApi =
  ({ deadLetters }: DeadLetterApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/dead-letters', LIST, async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { items: await deadLetters.list(), next: null };
    });

    route(server, 'POST', '/api/dead-letters/:queue/redrive', REDRIVE, async ({ params: { queue } }, reply) => {
      const name = deadLetterQueueNamed(queue);
      return name === null
        ? sendProblem(
            reply,
            404,
            `No dead-letter queue is called ${queue}`,
            `There are ${deadLetterQueues.join(', ')}.`,
          )
        : deadLetters.redrive(name);
    });
  };

const LIST = operation({
  id: 'listDeadLetters',
  tag: 'dead-letters',
  summary: 'what queues and pipes gave up, with why: the newest of each',
  answers: { 200: DeadLetterTexts },
});

const REDRIVE = operation({
  id: 'redriveDeadLetters',
  tag: 'dead-letters',
  summary: 'sends back what lies there; what fails again stays, with its reason',
  params: { queue: 'As the list says' },
  answers: { 200: RedrivenText },
  refusals: { 404: 'There is no such queue' },
});
