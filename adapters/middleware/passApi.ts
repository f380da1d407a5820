import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendProblem } from '../http/problem.ts';

/** A signed pass, as a phone would fetch it at this moment. */
export type PassFile = { readonly bytes: Uint8Array; readonly modifiedAt: number; readonly revision: number };

export type PassApiDeps = {
  /** null: there is no destination `apple`. Unknown: nothing was taken in for that member. */
  readonly passFile: ((memberId: string) => Promise<PassFile | 'Unknown' | 'Unavailable'>) | null;
  /** null: there is no destination `google`. */
  readonly saveLink: ((memberId: string) => Promise<string | 'Unknown' | 'Unavailable'>) | null;
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
      const pass = await passFile(request.params.memberId);
      if (typeof pass === 'string') return without(reply, pass);
      return reply
        .type('application/vnd.apple.pkpass')
        .header('last-modified', new Date(pass.modifiedAt).toUTCString())
        .header('content-disposition', 'attachment; filename="pass.pkpass"')
        .header('x-billfold-revision', pass.revision)
        .send(Buffer.from(pass.bytes));
    });

    server.get<{ Params: { memberId: string } }>('/api/passes/:memberId/save-link', async (request, reply) => {
      if (saveLink === null) return notConfigured(reply, 'google');
      const link = await saveLink(request.params.memberId);
      return link === 'Unknown' || link === 'Unavailable' ? without(reply, link) : { google: link };
    });
  };

const notConfigured = (reply: FastifyReply, name: string): FastifyReply =>
  sendProblem(reply, 404, 'No such destination', `${name} is not configured here`);

const without = (reply: FastifyReply, what: 'Unknown' | 'Unavailable'): FastifyReply =>
  what === 'Unknown'
    ? sendProblem(reply, 404, 'No pass of such a member', 'nothing was taken in for it')
    : sendProblem(reply.header('retry-after', 2), 503, 'The pass cannot be made at the moment');
