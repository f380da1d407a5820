import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Operation } from '../http/operation.ts';
import { sendProblem } from '../http/problem.ts';
import { pageHeaders } from '../http/securityHeaders.ts';
import { type Bundle, bundlePage } from './bundle.ts';
import { indexHtml } from './indexHtml.ts';
import { views } from './views.ts';

export type ConsoleDeps = {
  /** What is answered at / to whoever asks for no page. */
  readonly textIndex: () => string;
  /** Somebody is about to look: the page is made beforehand. */
  readonly isExpected: boolean;
};

/** The console: one page for all its views, and the files it loads, made once. */
export const consolePage =
  ({ textIndex, isExpected }: ConsoleDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    let made: Promise<Bundle> | null = null;
    const bundle = (): Promise<Bundle> => {
      made ??= bundlePage().catch((error: unknown) => {
        made = null;
        throw error;
      });
      return made;
    };

    if (isExpected) server.addHook('onListen', () => void bundle().catch(() => undefined));

    for (const path of Object.values(views))
      server.get(path, { config: { operation: path === views.flow ? INDEX : null } }, async (request, reply) => {
        reply.header('vary', 'accept');
        if (path === views.flow && !asksForPage(request.headers.accept))
          return reply.type('text/plain; charset=utf-8').send(textIndex());
        const nonce = randomBytes(16).toString('base64');
        return reply
          .headers(pageHeaders(nonce))
          .type('text/html; charset=utf-8')
          .send(indexHtml(await bundle(), nonce));
      });

    server.get<{ Params: { file: string } }>(
      '/console/:file',
      { config: { operation: null } },
      async ({ params: { file } }, reply) => {
        const asset = (await bundle()).assets.get(file);
        if (asset === undefined) return sendProblem(reply, 404, 'No such file of the console', 'Load the page again.');
        return reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .type(asset.type)
          .send(Buffer.from(asset.body));
      },
    );
  };

const INDEX: Operation = {
  id: 'getIndex',
  tag: 'service',
  summary: 'this list; to a browser, the console',
  answers: { 200: { 'text/plain': 'a line for each operation', 'text/html': 'the console' } },
};

const asksForPage = (accept: string | undefined): boolean => accept?.includes('text/html') === true;
