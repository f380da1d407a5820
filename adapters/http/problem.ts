import type { FastifyReply } from 'fastify';
import * as t from 'io-ts';

/** RFC 9457 problem details: what went wrong, in words for whoever called. */
export const Problem = t.readonly(
  t.intersection([
    t.type({ type: t.literal('about:blank'), title: t.string, status: t.number }),
    t.partial({ detail: t.string }),
  ]),
  'Problem',
);
export type Problem = t.TypeOf<typeof Problem>;

export const problemOf = (status: number, title: string, detail?: string): Problem => ({
  type: 'about:blank',
  title,
  status,
  ...(detail === undefined ? {} : { detail }),
});

/** A reply, whatever its route answers: a refusal fits all of them. */
export type AnyReply = Omit<FastifyReply, 'code' | 'header' | 'type' | 'send'>;

export const sendProblem = (reply: AnyReply, status: number, title: string, detail?: string): FastifyReply =>
  (reply as FastifyReply)
    .code(status)
    .type('application/problem+json')
    .send(problemOf(status, title, detail));
