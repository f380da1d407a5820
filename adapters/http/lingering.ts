import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { drained } from './drained.ts';

/**
 * Before every route: whoever sends more than is taken reads why, also if he reads only after sending all of it. The answer goes out at once, and its
 * connection is closed when the rest of the body was read and thrown away, up to a bound.
 */
export const lingerOverBodies = (server: FastifyInstance): void => {
  server.addHook('onSend', async ({ raw }, reply, payload) => {
    const isClosing = reply.getHeader('connection') === 'close' || reply.statusCode === 413;
    if (!isClosing || raw.readableEnded || raw.destroyed || !isText(payload)) return payload;
    const text = payload ?? '';
    reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(text) });
    return Readable.from(
      (async function* () {
        if (text !== '') yield text;
        await drained(raw);
      })(),
    );
  });
};

const isText = (payload: unknown): payload is string | null | undefined =>
  payload === null || payload === undefined || typeof payload === 'string';
