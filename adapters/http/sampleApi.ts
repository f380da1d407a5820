import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { decoded } from '../dynamodb/decoded.ts';
import type { AskedEdit, EditRefusal, SampleEdits } from '../local/sampleEdits.ts';
import type { TraceStart } from '../local/sampleTrace.ts';
import type { SampleTrace } from './answers/sample.ts';
import { idOf, wholeNumber } from './memberApi.ts';
import { sendProblem } from './problem.ts';

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
    server.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      if (!sample.isLoaded()) return sendProblem(reply, 404, NO_SAMPLE.title, NO_SAMPLE.detail);
    });

    server.get<{ Params: { id: string } }>('/api/sample/members/:id', async ({ params: { id } }, reply) => {
      const member = await sample.edits.member(idOf(id));
      return E.isLeft(member) ? refuse(reply, member.left) : member.right;
    });

    for (const [name, read] of Object.entries(READERS))
      server.post(`/api/sample/${name}`, async (request, reply) => {
        const asked = read(request.body);
        if (E.isLeft(asked)) return sendProblem(reply, 400, 'Not understood', asked.left);
        const taken = await sample.edits.put({ ...asked.right, memberId: idOf(asked.right.memberId) });
        return E.isLeft(taken) ? refuse(reply, taken.left) : reply.code(202).send(taken.right);
      });

    server.get<{ Params: { id: string }; Querystring: { member?: string; version?: string; sequence?: string } }>(
      '/api/sample/traces/:id',
      async ({ params, query }, reply) => {
        const [version, sequence] = [wholeNumber(query.version, 0), wholeNumber(query.sequence, 0)];
        if (typeof query.member !== 'string' || version === null || sequence === null)
          return sendProblem(reply, 400, 'expected member, and version and sequence as whole numbers');
        const trace = await sample.trace({ traceId: params.id, memberId: idOf(query.member), version, sequence });
        return E.isLeft(trace) ? sendProblem(reply, 503, trace.left) : trace.right;
      },
    );
  };

const NO_SAMPLE = {
  title: 'There is no sample org here',
  detail:
    'Only members of the made-up retailer are changed. It is loaded by a start without --empty into an empty folder.',
};

const checked = <A>(name: string, is: (value: unknown) => value is A): t.Type<A, A, unknown> =>
  new t.Type(name, is, (value, context) => (is(value) ? t.success(value) : t.failure(value, context)), t.identity);

const Amount = checked(
  'an amount above 0 such as 42.50, with at most two decimals',
  (value): value is string =>
    typeof value === 'string' && /^(?:0|[1-9]\d{0,6})(?:\.\d{1,2})?$/.test(value) && Number(value) > 0,
);
const Name = checked(
  'a text of 1 to 80 characters',
  (value): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= 80,
);
const Days = checked(
  'a whole number of days from 0 to 365',
  (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 365,
);

const reader =
  <Type extends AskedEdit['type'], Props extends t.Props>(type: Type, props: Props) =>
  (body: unknown): E.Either<string, AskedEdit> => {
    const read = decoded(t.strict({ memberId: t.string, ...props }), body);
    return E.isLeft(read) ? read : E.right({ ...read.right, type } as unknown as AskedEdit);
  };

const READERS = {
  purchases: reader('purchase', { amount: Amount }),
  vouchers: reader('voucher', { title: Name, value: t.union([Amount, t.null]), days: Days }),
  redemptions: reader('redemption', { voucherId: t.string }),
  names: reader('name', { firstName: Name, lastName: Name }),
  returns: reader('return', { orderId: t.string }),
};

const refuse = (reply: FastifyReply, { type, message }: EditRefusal): FastifyReply =>
  sendProblem(reply, type === 'Unavailable' ? 503 : 404, message);
