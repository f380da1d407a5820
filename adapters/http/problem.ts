import type { FastifyReply } from 'fastify';

/** RFC 9457 problem details: what went wrong, in words for whoever called. */
export const problemOf = (status: number, title: string, detail?: string) => ({
  type: 'about:blank',
  title,
  status,
  ...(detail === undefined ? {} : { detail }),
});

export const sendProblem = (reply: FastifyReply, status: number, title: string, detail?: string): FastifyReply =>
  reply
    .code(status)
    .type('application/problem+json')
    .send(problemOf(status, title, detail));
