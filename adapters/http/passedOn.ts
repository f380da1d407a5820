import type { FastifyReply } from 'fastify';
import { type AnyReply, sendProblem } from './problem.ts';

/** The middleware's answer as ours: status, these headers, body. answer null: it did not come. */
export const passedOn = async (
  reply: AnyReply,
  answer: Response | null,
  headers: readonly string[],
): Promise<FastifyReply> => {
  if (answer === null) return sendProblem(reply, 503, 'The middleware does not answer');
  // What it answers is its word: nothing here knows better.
  const sent = reply as FastifyReply;
  for (const name of headers) {
    const value = answer.headers.get(name);
    if (value !== null) sent.header(name, value);
  }
  return sent.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
};
