import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { asksForPage } from '../http/asksForPage.ts';
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

export type ConsolePage = {
  /** The addresses of its views, and the files it loads. */
  readonly routes: (server: FastifyInstance) => Promise<void>;
  readonly send: (reply: FastifyReply) => Promise<FastifyReply>;
};

/** The console: one page for all its views, and the files it loads, made once. */
export const consolePage = ({ textIndex, isExpected }: ConsoleDeps): ConsolePage => {
  let made: Promise<Bundle> | null = null;
  const bundle = (): Promise<Bundle> => {
    made ??= bundlePage().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  const send = async (reply: FastifyReply): Promise<FastifyReply> => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ ...pageHeaders(nonce), vary: 'accept' })
      .type('text/html; charset=utf-8')
      .send(indexHtml(await bundle(), nonce));
  };
  const routes = async (server: FastifyInstance): Promise<void> => {
    if (isExpected) server.addHook('onListen', () => void bundle().catch(() => undefined));

    for (const path of Object.values(views))
      server.get(path, { config: { operation: path === views.flow ? INDEX : null } }, async (request, reply) =>
        path === views.flow && !asksForPage(request)
          ? reply.header('vary', 'accept').type('text/plain; charset=utf-8').send(textIndex())
          : send(reply),
      );

    server.get<{ Params: { file: string } }>(
      '/console/:file',
      { config: { operation: null } },
      async ({ params: { file }, headers }, reply) => {
        const asset = (await bundle()).assets.get(file);
        if (asset === undefined) return sendProblem(reply, 404, 'No such file of the console', 'Load the page again.');
        reply
          .headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' })
          .type(asset.type);
        return takesGzip(headers['accept-encoding'])
          ? reply.header('content-encoding', 'gzip').send(asset.gzipped)
          : reply.send(asset.body);
      },
    );
  };
  return { routes, send };
};

const INDEX: Operation = {
  id: 'getIndex',
  tag: 'service',
  summary: 'this list; to a browser, the console',
  answers: { 200: { 'text/plain': 'a line for each operation', 'text/html': 'the console' } },
};

/** As every browser does; for whoever comes over a network a third is sent. */
const takesGzip = (accepted: string | undefined): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accepted ?? '');
