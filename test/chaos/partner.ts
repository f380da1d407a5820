import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How it answers. well: 204. failing: one of two with 500. silent: never. rude: it breaks the connection. */
export type Manners = 'well' | 'failing' | 'silent' | 'rude';

/** What it was told last of a member. */
export type Told = { readonly revision: number; readonly pass: unknown };

/** A partner of the retailer's: a webhook is told of each pass, and this is who listens. */
export type Partner = {
  readonly url: string;
  readonly behave: (manners: Manners) => void;
  readonly told: () => ReadonlyMap<string, Told>;
  readonly calls: () => number;
  readonly close: () => Promise<void>;
};

export const partnerService = async (): Promise<Partner> => {
  const told = new Map<string, Told>();
  let manners: Manners = 'well';
  let calls = 0;

  const listen = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    calls += 1;
    const news = JSON.parse(await text(request)) as Told;
    if (manners === 'silent') return;
    if (manners === 'rude') return void request.destroy();
    if (manners === 'failing' && calls % 2 === 0) return void answer.writeHead(500).end();
    const memberId = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    if (news.revision >= (told.get(memberId)?.revision ?? 0)) told.set(memberId, news);
    answer.writeHead(204).end();
  };

  const server = createServer((request, answer) => {
    listen(request, answer).catch(() => request.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next) => {
      manners = next;
      if (next !== 'silent') server.closeAllConnections();
    },
    told: () => told,
    calls: () => calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
