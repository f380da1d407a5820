import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../http/problem.ts';
import { type Bundle, bundlePage } from './bundle.ts';
import { indexHtml } from './indexHtml.ts';
import { views } from './views.ts';

export type ConsoleDeps = {
  /** What is answered at / to whoever asks for no page. */
  readonly textIndex: () => string;
};

/** The console: one page for all its views, and the files it loads, made when the first browser asks. */
export const consolePage =
  ({ textIndex }: ConsoleDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    let made: Promise<Bundle> | null = null;
    const bundle = (): Promise<Bundle> => {
      made ??= bundlePage().catch((error: unknown) => {
        made = null;
        throw error;
      });
      return made;
    };

    for (const path of Object.values(views))
      server.get(path, PAGE_ROUTE, async (request, reply) => {
        reply.header('vary', 'accept');
        if (path === views.flow && !asksForPage(request.headers.accept))
          return reply.type('text/plain; charset=utf-8').send(textIndex());
        const nonce = randomBytes(16).toString('base64');
        return reply
          .header('content-security-policy', policy(nonce))
          .header('cache-control', 'no-store')
          .type('text/html; charset=utf-8')
          .send(indexHtml(await bundle(), nonce));
      });

    server.get<{ Params: { file: string } }>('/console/:file', PAGE_ROUTE, async ({ params: { file } }, reply) => {
      const asset = (await bundle()).assets.get(file);
      if (asset === undefined) return sendProblem(reply, 404, 'No such file of the console', 'Load the page again.');
      return reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(asset.type)
        .send(Buffer.from(asset.body));
    });
  };

/** No part of the API. */
const PAGE_ROUTE = { config: { operation: null } };

const asksForPage = (accept: string | undefined): boolean => accept?.includes('text/html') === true;

/** Nothing but ours is loaded, run or asked. The nonce is for the one style that the component library sets itself. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
