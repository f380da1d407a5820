import { gunzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consolePage } from '#adapters/console/serve.ts';
import { views } from '#adapters/console/views.ts';

describe('the console as it is served', () => {
  let server: FastifyInstance;
  beforeAll(() => {
    server = Fastify();
    server.register(consolePage({ textIndex: () => 'the index', isExpected: false }).routes);
  });
  afterAll(() => server.close());
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) => server.inject({ url, headers });
  const html = { accept: 'text/html' };
  const filesOf = (page: string): readonly string[] =>
    [...page.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)].map(([, path = '']) => path);

  it('is one page at each of its addresses, kept by nobody; who asks for no page has the index', async () => {
    const pages = await Promise.all(Object.values(views).map((path) => get(path, html)));
    for (const { headers } of pages)
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    expect(new Set(pages.map(({ body }) => filesOf(body).join())).size).toBe(1);
    expect((await get('/')).body).toBe('the index');
  });

  it('has each page say in its policy which styles are its own', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { headers, body } = await get('/live', html);
        const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
        expect(body).toContain(`<meta property="csp-nonce" content="${nonce}">`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('names all that its script needs to begin: files that never change, packed for whoever takes them so', async () => {
    const files = filesOf((await get('/', html)).body);
    const scripts: string[] = [];
    let sent = 0;
    for (const path of files) {
      const [plain, packed] = await Promise.all([get(path), get(path, { 'accept-encoding': 'br, gzip' })]);
      for (const { headers } of [plain, packed])
        expect(headers).toMatchObject({
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
        });
      expect(packed.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(packed.rawPayload).equals(plain.rawPayload)).toBe(true);
      sent += packed.rawPayload.length;
      if (String(plain.headers['content-type']).startsWith('text/javascript')) scripts.push(plain.body);
    }
    // Over a network that is what there is to wait for.
    expect(sent).toBeLessThan(300_000);
    const imported = scripts.flatMap((text) => [...text.matchAll(/from"\.\/([^"]+)"/g)].map(([, name]) => name));
    expect(files).toEqual(expect.arrayContaining(imported.map((name) => `/console/${name}`)));
    // One that is refused is not sent.
    const [first = ''] = files;
    expect((await get(first, { 'accept-encoding': 'gzip;q=0, identity' })).headers['content-encoding']).toBeUndefined();
    expect((await get('/console/main-OLD.js')).statusCode).toBe(404);
  });

  it('speaks one language, and begins with no more than it needs to', async () => {
    const files = filesOf((await get('/', html)).body);
    const scripts = await Promise.all(files.filter((path) => path.endsWith('.js')).map((path) => get(path)));
    const text = scripts.map(({ body }) => body).join('\n');
    // What the component library says to who drags by keyboard.
    expect(text).toContain('Click to start dragging');
    expect(text).not.toContain('Klicken Sie');
    // Charts and bar codes come with the first of them.
    expect(text.length).toBeLessThan(850_000);
  });
});
