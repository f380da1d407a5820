import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { type ForgetFailure, type ForgottenStore, failureText } from '#domain/index.ts';
import { Certificate, ForgottenPage } from './answers/forgotten.ts';
import { idOf } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { MEMBER_ID, STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type ForgetApiDeps = {
  readonly forget: (memberId: string) => Promise<E.Either<ForgetFailure, Certificate>>;
  readonly forgotten: Pick<ForgottenStore, 'list'>;
};

/** Members who ask to be forgotten. */
export const forgetApi =
  ({ forget, forgotten }: ForgetApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'POST', '/api/members/:id/forget', FORGET, async (request, reply) => {
      const certificate = await forget(idOf(request.params.id));
      if (E.isRight(certificate)) return reply.header('cache-control', 'no-store').send(certificate.right);
      const failure = certificate.left;
      return failure.type === 'MemberUnknown'
        ? sendProblem(reply, 404, `No member ${failure.memberId}`)
        : sendProblem(reply, 503, failureText(failure));
    });

    route(server, 'GET', '/api/forgotten', LIST, async (_request, reply) => {
      const listed = await forgotten.list()();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      const items = listed.right.map(({ askedAt, ...one }) => ({ ...one, askedAt: new Date(askedAt).toISOString() }));
      return { items, next: null };
    });
  };

const FORGET = operation({
  id: 'forgetMember',
  tag: 'members',
  summary: 'destroys what is personal of a member, for good, and certifies it',
  description:
    'It cannot be taken back. Asked again, it goes on where it was interrupted, and looks at everything once more. It answers when all was looked at, which takes as long as reading the data folder.',
  params: { id: MEMBER_ID },
  answers: { 200: Certificate },
  refusals: { 404: 'No such member', 503: STORE },
});

const LIST = operation({
  id: 'listForgotten',
  tag: 'members',
  summary: 'who asked to be forgotten, by id',
  answers: { 200: ForgottenPage },
  refusals: { 503: STORE },
});
