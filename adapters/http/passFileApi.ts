import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { failureText, type ViewStore } from '#domain/index.ts';
import { idOf } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { MEMBER_ID } from './parameters.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type PassFileApiDeps = {
  readonly views: Pick<ViewStore, 'load'>;
  /** Where the middleware is: it signs. */
  readonly middlewareUrl: string;
  /** How long what was just published may take to the middleware. */
  readonly patienceMs?: number;
};

const LOOK_AGAIN_MS = 50;

/** GET /api/passes/{memberId}.pkpass: what the middleware would give a phone, at least as new as the pass that this service shows. */
export const passFileApi =
  ({ views, middlewareUrl, patienceMs = 5_000 }: PassFileApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/passes/:id.pkpass', GET_PASS_FILE, async (request, reply) => {
      const memberId = idOf(request.params.id);
      const live = await views.load(memberId)();
      if (E.isLeft(live)) return sendProblem(reply, 503, failureText(live.left));
      if (live.right.pass === null || live.right.revision === 0)
        return sendProblem(reply, 404, 'No pass', 'the member is unknown, provisional, or was never issued one');
      const endsAt = performance.now() + patienceMs;
      for (;;) {
        const answer = await fetch(`${middlewareUrl}/api/passes/${encodeURIComponent(memberId)}.pkpass`).catch(
          () => null,
        );
        if (performance.now() > endsAt || isFinal(answer, live.right.revision)) return passedOn(reply, answer);
        await answer?.body?.cancel();
        await sleep(LOOK_AGAIN_MS);
      }
    });
  };

const GET_PASS_FILE = operation({
  id: 'getPassFile',
  tag: 'passes',
  summary: 'the same, signed for Apple Wallet',
  params: { id: MEMBER_ID },
  answers: { 200: { 'application/vnd.apple.pkpass': 'A signed pass, at least as new as the one that is shown' } },
  refusals: {
    404: 'No pass: the member is unknown, provisional, or was never issued one; or no passes are signed here',
    503: 'The store or the middleware does not answer',
  },
});

/** What may change by itself: a revision that is on its way, a middleware that is about to start. */
const isFinal = (answer: Response | null, revision: number): boolean =>
  answer !== null &&
  answer.status !== 404 &&
  !(answer.ok && Number(answer.headers.get('x-billfold-revision') ?? 0) < revision);

const passedOn = async (reply: AnyReply, answer: Response | null): Promise<FastifyReply> => {
  if (answer === null) return sendProblem(reply, 503, 'The middleware does not answer');
  for (const name of PASSED_ON) {
    const value = answer.headers.get(name);
    if (value !== null) (reply as FastifyReply).header(name, value);
  }
  return (reply as FastifyReply).code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
};
const PASSED_ON = ['content-type', 'content-disposition', 'last-modified', 'retry-after', 'x-billfold-revision'];
