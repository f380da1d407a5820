import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { type ForgetFailure, type ForgottenStore, failureText } from '#domain/index.ts';
import { Certificate, Forgetting, ForgottenPage } from './answers/forgotten.ts';
import { idOf } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { MEMBER_ID, STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type ForgetApiDeps = {
  readonly forgetting: {
    readonly forget: (memberId: string) => Promise<E.Either<ForgetFailure, Certificate>>;
    /** How far it is with somebody, as far as this process knows. */
    readonly progressOf: (memberId: string) => Pick<Forgetting, 'isUnderWay' | 'steps' | 'failure' | 'certificate'>;
  };
  readonly forgotten: Pick<ForgottenStore, 'list'>;
};

/** Members who ask to be forgotten. */
export const forgetApi =
  ({ forgetting, forgotten }: ForgetApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'POST', '/api/members/:id/forget', FORGET, async (request, reply) => {
      const certificate = await forgetting.forget(idOf(request.params.id));
      if (E.isRight(certificate)) return reply.header('cache-control', 'no-store').send(certificate.right);
      const failure = certificate.left;
      return failure.type === 'MemberUnknown'
        ? sendProblem(reply, 404, `No member ${failure.memberId}`)
        : sendProblem(reply, 503, failureText(failure));
    });

    route(server, 'GET', '/api/forgotten', LIST, async (_request, reply) => {
      const listed = await forgotten.list()();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      return { items: listed.right.map(shownAsked), next: null };
    });

    route(server, 'GET', '/api/forgotten/:id', PROGRESS, async (request, reply) => {
      const memberId = idOf(request.params.id);
      const listed = await forgotten.list()();
      if (E.isLeft(listed)) return sendProblem(reply, 503, failureText(listed.left));
      const one = listed.right.find((asked) => asked.memberId === memberId);
      if (one === undefined) return sendProblem(reply, 404, `Nobody asked to forget ${memberId}`);
      reply.header('cache-control', 'no-store');
      return { ...shownAsked(one), ...forgetting.progressOf(memberId) };
    });
  };

/** As JSON says it. */
const shownAsked = <A extends { readonly askedAt: number }>({ askedAt, ...one }: A) => ({
  ...one,
  askedAt: new Date(askedAt).toISOString(),
});

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

const PROGRESS = operation({
  id: 'getForgetting',
  tag: 'members',
  summary: 'how far it is with somebody who asked to be forgotten',
  description:
    'Steps and certificate are of this start of the service: nobody keeps them. Asked for once more, there is a certificate again.',
  params: { id: MEMBER_ID },
  answers: { 200: Forgetting },
  refusals: { 404: 'Nobody asked for it', 503: STORE },
});
