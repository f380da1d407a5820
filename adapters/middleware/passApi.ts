import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { EpochMs } from '#domain/index.ts';
import { PKPASS_TYPE } from '../apple/mediaType.ts';
import { sendProblem } from '../http/problem.ts';

/** A signed pass, as a phone would fetch it at this moment. */
export type PassFile = { readonly bytes: Uint8Array; readonly modifiedAt: EpochMs; readonly revision: number };
/** Unknown: nothing was taken in for that member. NotYet: it was, and Google does not have it. */
export type NoPass = 'Unknown' | 'NotYet' | 'Unavailable';

export type PassApiDeps = {
  /** null: there is no destination `apple`. */
  readonly passFile: ((memberId: string) => Promise<E.Either<NoPass, PassFile>>) | null;
  /** null: there is no destination `google`. */
  readonly saveLink: ((memberId: string) => Promise<E.Either<NoPass, string>>) | null;
};

/**
 *   GET /api/passes/{memberId}.pkpass       the signed pass for Apple Wallet
 *   GET /api/passes/{memberId}/save-link    { google: the address at which a member saves the pass }
 */
export const passApi =
  ({ passFile, saveLink }: PassApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get<{ Params: { memberId: string } }>('/api/passes/:memberId.pkpass', async (request, reply) => {
      if (passFile === null) return notConfigured(reply, 'apple');
      const file = await passFile(request.params.memberId);
      if (E.isLeft(file)) return without(reply, file.left);
      const pass = file.right;
      return reply
        .type(PKPASS_TYPE)
        .header('last-modified', new Date(pass.modifiedAt).toUTCString())
        .header('content-disposition', 'attachment; filename="pass.pkpass"')
        .header('x-billfold-revision', pass.revision)
        .send(Buffer.from(pass.bytes));
    });

    server.get<{ Params: { memberId: string } }>('/api/passes/:memberId/save-link', async (request, reply) => {
      if (saveLink === null) return notConfigured(reply, 'google');
      const link = await saveLink(request.params.memberId);
      return E.isLeft(link) ? without(reply, link.left) : { google: link.right };
    });
  };

const notConfigured = (reply: FastifyReply, name: string): FastifyReply =>
  sendProblem(reply, 501, 'Not configured', `${name} is no destination here`);

const without = (reply: FastifyReply, why: NoPass): FastifyReply => {
  if (why === 'Unknown') return sendProblem(reply, 404, 'No pass of such a member', 'nothing was taken in for it');
  reply.header('retry-after', 2);
  if (why === 'NotYet')
    return sendProblem(reply, 409, 'Google does not have it yet', 'a link to it would lead nowhere');
  return sendProblem(reply, 503, 'The pass cannot be made at the moment');
};
