import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { AskedEdit, EditRefusal, SampleEdits } from '../local/sampleEdits.ts';
import type { TraceStart } from '../local/sampleTrace.ts';
import {
  SampleEditTaken,
  SampleMember,
  SampleName,
  SamplePurchase,
  SampleRedemption,
  SampleReturn,
  SampleTrace,
  SampleVoucher,
} from './answers/sample.ts';
import { idOf, wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { MEMBER_ID, STORE } from './parameters.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type SampleApiDeps = {
  readonly sample: {
    /** The made-up retailer's year is there: only its members are changed. */
    readonly isLoaded: () => boolean;
    readonly edits: SampleEdits;
    readonly trace: (start: TraceStart) => Promise<E.Either<string, SampleTrace>>;
  };
};

/** Changes in the made-up retailer's org, told as Salesforce would, and what came of each. */
export const sampleApi =
  ({ sample }: SampleApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.addHook('preValidation', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      if (!sample.isLoaded()) return sendProblem(reply, 404, NO_SAMPLE.title, NO_SAMPLE.detail);
    });
    const put = async (edit: AskedEdit): Promise<E.Either<EditRefusal, SampleEditTaken>> =>
      sample.edits.put({ ...edit, memberId: idOf(edit.memberId) });

    route(server, 'POST', '/api/sample/purchases', PURCHASE, async ({ body }, reply) => {
      const taken = await put({ ...body, type: 'purchase' });
      return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
    });
    route(server, 'POST', '/api/sample/vouchers', VOUCHER, async ({ body }, reply) => {
      const taken = await put({ ...body, type: 'voucher' });
      return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
    });
    route(server, 'POST', '/api/sample/redemptions', REDEMPTION, async ({ body }, reply) => {
      const taken = await put({ ...body, type: 'redemption' });
      return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
    });
    route(server, 'POST', '/api/sample/names', NAME, async ({ body }, reply) => {
      const taken = await put({ ...body, type: 'name' });
      return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
    });
    route(server, 'POST', '/api/sample/returns', RETURN, async ({ body }, reply) => {
      const taken = await put({ ...body, type: 'return' });
      return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
    });

    route(server, 'GET', '/api/sample/members/:id', MEMBER, async ({ params: { id } }, reply) => {
      const member = await sample.edits.member(idOf(id));
      return E.isLeft(member) ? refuse(reply, member.left) : reply.send(member.right);
    });

    route(server, 'GET', '/api/sample/traces/:id', TRACE, async ({ params, query }, reply) => {
      const [version, sequence] = [wholeNumber(query.version, 0), wholeNumber(query.sequence, 0)];
      if (query.member === undefined || version === null || sequence === null)
        return sendProblem(reply, 400, 'expected member, and version and sequence as whole numbers');
      const trace = await sample.trace({ traceId: params.id, memberId: idOf(query.member), version, sequence });
      return E.isLeft(trace) ? sendProblem(reply, 503, trace.left) : reply.send(trace.right);
    });
  };

const NO_SAMPLE = {
  title: 'There is no sample org here',
  detail:
    'Only members of the made-up retailer are changed. It is loaded by a start without --empty into an empty folder.',
};

const edits = {
  tag: 'sample',
  description:
    'A change event as Salesforce would send it is put on the source bus; what comes of it is followed by its traceId.',
  answers: { 202: SampleEditTaken },
  refusals: { 404: 'No sample org, no such member, or nothing of it to be changed so', 503: STORE },
} as const;

const PURCHASE = operation({
  ...edits,
  id: 'makeSamplePurchase',
  summary: 'somebody of the sample org buys something',
  body: SamplePurchase,
});
const VOUCHER = operation({
  ...edits,
  id: 'giveSampleVoucher',
  summary: 'somebody is given a voucher',
  body: SampleVoucher,
});
const REDEMPTION = operation({
  ...edits,
  id: 'redeemSampleVoucher',
  summary: 'a voucher is redeemed',
  body: SampleRedemption,
});
const NAME = operation({ ...edits, id: 'changeSampleName', summary: 'somebody is called otherwise', body: SampleName });
const RETURN = operation({ ...edits, id: 'returnSampleOrder', summary: 'an order is returned', body: SampleReturn });

const MEMBER = operation({
  id: 'getSampleMember',
  tag: 'sample',
  summary: 'what of a member can be returned and redeemed',
  params: { id: MEMBER_ID },
  answers: { 200: SampleMember },
  refusals: { 404: 'No sample org, or no such member', 503: STORE },
});

const TRACE = operation({
  id: 'getSampleTrace',
  tag: 'sample',
  summary: 'what came of such a change: domain events, wallet event, deliveries',
  params: { id: 'The traceId' },
  query: {
    member: MEMBER_ID,
    version: '`before.version`, as the change was answered',
    sequence: '`sequence`, as the change was answered',
  },
  answers: { 200: SampleTrace },
  refusals: { 404: 'No sample org', 503: STORE },
});

const refuse = (reply: AnyReply, { type, message }: EditRefusal): FastifyReply =>
  sendProblem(reply, type === 'Unavailable' ? 503 : 404, message);
