import { Readable } from 'node:stream';
import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AdmissionLimits, admit, usualAdmission } from '#adapters/http/admission.ts';

/** GET /slow answers when it is let go; so does POST /eventbridge. GET /news stays open. */
const serverWith = async (limits: Partial<AdmissionLimits>) => {
  const server = Fastify({ forceCloseConnections: true });
  onTestFinished(() => server.close());
  admit(server, { ...usualAdmission, ...limits });
  const held: (() => void)[] = [];
  const hold = (): Promise<string> => new Promise((resolve) => held.push(() => resolve('done')));
  const release = (): void => {
    for (const go of held.splice(0)) go();
  };
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.get('/slow', hold);
  server.post('/eventbridge', hold);
  server.get('/health', async () => 'ok');
  server.get('/news', (_request, reply) => {
    const news = new Readable({ read: () => undefined });
    news.push('data: 1\n\n');
    return reply.type('text/event-stream').send(news);
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
  return { ask, held, release };
};
const untilHeld = (held: readonly unknown[], count: number) => expect.poll(() => held.length).toBe(count);

describe('more at once than may be in hand', () => {
  it('is answered with 503 and when to come again, until there is room; health is always answered', async () => {
    const { ask, held, release } = await serverWith({ requests: 2 });
    const slow = [ask('/slow'), ask('/slow')];
    await untilHeld(held, 2);
    const refused = await ask('/slow');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ status: 503, title: 'Too much at once' });
    expect((await ask('/health')).status).toBe(200);
    release();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200]);
    const again = ask('/slow');
    await untilHeld(held, 1);
    release();
    expect((await again).status).toBe(200);
  });

  it('counts bodies by their length, and tells EventBridge callers in words that their SDK knows', async () => {
    const { ask, held, release } = await serverWith({ bodyBytes: 1_000 });
    const put = (length: number) =>
      ask('/eventbridge', {
        ...{ method: 'POST', body: 'x'.repeat(length) },
        headers: { 'content-type': 'application/x-amz-json-1.1' },
      });
    const first = put(600);
    await untilHeld(held, 1);
    const refused = await put(600);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ __type: 'ThrottlingException' });
    const small = put(300);
    await untilHeld(held, 2);
    release();
    expect((await Promise.all([first, small])).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('gives back the place of a caller who goes away', async () => {
    const { ask, held } = await serverWith({ requests: 1 });
    const leaving = new AbortController();
    const gone = ask('/slow', { signal: leaving.signal }).catch(() => 'gone');
    await untilHeld(held, 1);
    leaving.abort();
    expect(await gone).toBe('gone');
    await expect.poll(async () => (await ask('/health')).status).toBe(200);
    await expect.poll(async () => (await ask('/nothing')).status).toBe(404);
  });

  it('leaves room beside those who stay to be told, of whom there are only so many', async () => {
    const { ask } = await serverWith({ requests: 1, streams: 2 });
    const leaving = new AbortController();
    const headers = { accept: 'text/event-stream' };
    const news = (signal?: AbortSignal) => ask('/news', { headers, ...(signal !== undefined && { signal }) });
    expect((await news(leaving.signal)).status).toBe(200);
    expect((await ask('/nothing')).status).toBe(404);
    expect((await news(leaving.signal)).status).toBe(200);
    expect((await news(leaving.signal)).status).toBe(503);
    expect((await ask('/nothing')).status).toBe(404);
    leaving.abort();
    await expect.poll(async () => (await news()).status).toBe(200);
  });
});
