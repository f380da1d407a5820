import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askAsIs, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
beforeAll(async () => {
  billfold = await startService();
});
afterAll(() => billfold.stop());

describe('the surface', () => {
  it('GET / lists every address', async () => {
    const { status, type, body } = await billfold.ask('/');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; charset=utf-8' });
    for (const address of [
      ...[
        '/eventbridge',
        '/api/inbox/{object}/{file}',
        '/api/members/{id}',
        '/api/members/{id}/events',
        '/api/passes/{id}',
      ],
      ...[
        '/api/wallet-events',
        '/api/quarantine',
        '/api/parked',
        '/api/pipes',
        '/api/pipes/{name}/pause',
        '/api/status',
        '/health/live',
        '/health/ready',
      ],
    ])
      expect(body).toContain(address);
  });

  it.each(['/health', '/health/live', '/health/ready', '/health/'])('GET %s says ok', async (path) => {
    expect(await billfold.ask(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('GET /api/status tells what there is to know, and is not kept by caches', async () => {
    const response = await fetch(`${billfold.url}/api/status`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      startedAt: '2026-05-01T12:00:00.000Z',
      counts: { recordsRead: 0, eventsAppended: 0, passesIssued: 0 },
      inbox: { waiting: 0, loading: null, recent: [] },
      quarantined: 0,
      parked: { members: 0, projections: {}, isMore: false },
      sample: { type: 'none' },
    });
  });

  it('says as a problem that there is nothing at an address', async () => {
    expect(await billfold.ask('/api/nothing?secret=1')).toMatchObject(problem(404, 'No such resource'));
    expect(await billfold.ask('/api/status', { method: 'DELETE' })).toMatchObject(problem(404, 'No such resource'));
  });

  it('says so to a browser by a page, but of the API', async () => {
    const visit = (path: string) => fetch(`${billfold.url}${path}`, { headers: { accept: 'text/html' } });
    const { status, headers } = await visit('/nothing/there');
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await visit('/api/nothing')).headers.get('content-type')).toContain('application/problem+json');
  });

  it.each(['/api/members/%zz', `/api/members/${'x'.repeat(600)}`])(
    'refuses an address that cannot be read: %s',
    async (path) => {
      const { status, body } = await askAsIs(billfold.port, 'GET', path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(JSON.parse(body)).toMatchObject({ status, title: 'expected a well-formed address' });
    },
  );

  it('listens on this machine only', async () => {
    expect(billfold.url).toBe(`http://127.0.0.1:${billfold.port}`);
  });
});

describe('GET /api/quarantine', () => {
  type Page = { readonly items: readonly { readonly id: string }[]; readonly next: string | null };
  const page = async (query = ''): Promise<Page> => (await billfold.ask(`/api/quarantine${query}`)).body as Page;

  it('is empty when all was understood', async () => {
    expect(await page()).toEqual({ items: [], next: null });
  });

  it('gives pages: next is the after of the page that follows', async () => {
    const lines = Array.from({ length: 5 }, () => '{}\n').join('');
    await billfold.ask('/api/inbox/Contact/bad.jsonl', { method: 'PUT', body: lines });
    await billfold.untilIdle();
    const all = await page();
    expect(all.items).toHaveLength(5);
    expect(all.next).toBeNull();
    expect(all.items[0]).toMatchObject({
      type: 'input',
      origin: { type: 'file', file: expect.stringMatching(/^Contact\/.*\/bad\.jsonl$/), offset: 0 },
      path: 'Contact.Id',
      reason: 'expected a Salesforce id of 15 or 18 letters and digits',
      quarantinedAt: '2026-05-01T12:00:00.000Z',
    });
    expect(Object.keys(all.items[0] ?? {})).not.toContain('content');

    const paged: unknown[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { items, next }: Page = await page(`?limit=2&after=${encodeURIComponent(after)}`);
      expect(items.length).toBeLessThanOrEqual(2);
      paged.push(...items);
      after = next;
    }
    expect(paged).toEqual(all.items);
  });

  it('refuses what is no page', async () => {
    expect(await billfold.ask('/api/quarantine?limit=0')).toMatchObject(problem(400, 'limit'));
    expect(await billfold.ask('/api/quarantine?limit=x')).toMatchObject(problem(400, 'limit'));
    expect(await billfold.ask('/api/quarantine?after=a&after=b')).toMatchObject(problem(400, 'after'));
  });
});
