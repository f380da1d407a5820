import type { FastifyReply } from 'fastify';
import { sendProblem } from './problem.ts';

/** The middleware's answer as ours: status, these headers, body. answer null: it did not come. */
export const passedOn = async (
  reply: FastifyReply,
  answer: Response | null,
  headers: readonly string[],
): Promise<FastifyReply> => {
  if (answer === null) return sendProblem(reply, 503, 'The middleware does not answer');
  for (const name of headers) {
    const value = answer.headers.get(name);
    if (value !== null) reply.header(name, value);
  }
  return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
};
