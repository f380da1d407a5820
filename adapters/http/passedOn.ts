import type { FastifyReply } from 'fastify';
import { type AnyReply, sendProblem } from './problem.ts';

/** The middleware's answer as ours: status, these headers, body. answer null: it did not come; one that breaks off is none either. */
export const passedOn = async (
  reply: AnyReply,
  answer: Response | null,
  headers: readonly string[],
): Promise<FastifyReply> => {
  const body = (await answer?.arrayBuffer().catch(() => null)) ?? null;
  if (answer === null || body === null) return sendProblem(reply, 503, 'The middleware does not answer');
  // What it answers is its word: nothing here knows better.
  const sent = reply as FastifyReply;
  for (const name of headers) {
    const value = answer.headers.get(name);
    if (value !== null) sent.header(name, value);
  }
  return sent.code(answer.status).send(Buffer.from(body));
};
