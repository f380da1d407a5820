import type { FastifyInstance } from 'fastify';
import { isOfOtherOrigin } from '../http/otherOrigin.ts';
import { isOwnHost } from '../http/ownHost.ts';
import { sendProblem } from '../http/problem.ts';

/**
 * Before everything else of a middleware that asks nobody who he is, since only this machine reaches it: a browser on this machine reaches it too, for whatever
 * page it shows. So none for another host, as a page's own name may be made to point here (DNS rebinding), and none that another site's page sent.
 */
export const thisMachineOnly = (server: FastifyInstance): void => {
  server.addHook('onRequest', async ({ headers }, reply) => {
    if (!isOwnHost(headers.host, []))
      return sendProblem(reply, 421, 'Not the host of this middleware', 'Host: expected an address or localhost');
    if (isOfOtherOrigin(headers))
      return sendProblem(
        reply,
        403,
        'Sent by the page of another site',
        'expected the Origin of this address, or none',
      );
  });
};
