import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/problem.ts';
import type { Keyring } from './keyring.ts';

/** null: nobody is asked, since it listens on loopback alone. That is said where the service is put together, and nowhere else. */
export type Operators = Pick<Keyring, 'check'> | null;

/** A hook for what only whoever operates the service may see. */
export const operatorsOnly =
  (operators: Operators) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    reply.header('cache-control', 'no-store');
    if (operators === null) return;
    const verdict = await operators.check(request.headers.authorization);
    if (verdict.type === 'Known') return;
    if (verdict.type === 'Unavailable')
      return sendProblem(reply.header('retry-after', 2), 503, 'The keys cannot be read at the moment');
    return sendProblem(
      reply.header('www-authenticate', 'Bearer'),
      401,
      'Not known here',
      'expected Authorization: Bearer and the operator key',
    );
  };
