import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, type HttpService, problem, startService } from './support.ts';

describe('GET /api/members', () => {
  let billfold: HttpService;
  const member = (number: string, first: string, last: string) =>
    created('Contact', {
      MemberNumber__c: number,
      Name: { FirstName: first, LastName: last },
      MemberSince__c: '2025-01-01',
    });
  const [zoe, ada] = [member('M-2', 'Zoë', 'Müller'), member('M-1', 'Ada', 'Mullen')];
  /** Known as an owner only. */
  const provisional = created('Contact', {}).id;
  const voucher = created('Voucher__c', { Member__c: provisional, Status__c: 'Issued' });
  const put = async (...news: readonly { readonly entry: unknown }[]): Promise<void> => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
    const body = JSON.stringify({ Entries: news.map(({ entry }) => entry) });
    await billfold.ask('/eventbridge', { method: 'POST', headers, body });
    await billfold.untilIdle();
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
  const list = async (query: string): Promise<any> => (await billfold.ask(`/api/members${query}`)).body;
  const names = async (query: string): Promise<readonly string[]> =>
    (await list(query)).items.map(({ name }: { readonly name: string }) => name);

  beforeAll(async () => {
    billfold = await startService();
    await put(zoe, voucher);
  });
  afterAll(() => billfold?.stop());

  it('fills its directory when it is first asked, and hears of whoever comes later', async () => {
    await expect.poll(async () => await list('')).toMatchObject({ total: 1, known: 1, complete: true });
    await put(ada);
    await expect.poll(() => names('')).toEqual(['Ada Mullen', 'Zoë Müller']);
  });

  it('finds by words of name, number and id, and gives pages', async () => {
    expect(await names('?q=muller')).toEqual(['Zoë Müller']);
    expect(await names('?q=mull')).toEqual(['Ada Mullen', 'Zoë Müller']);
    expect(await names('?q=m-2')).toEqual(['Zoë Müller']);
    expect(await names(`?q=${zoe.id.slice(0, 15)}`)).toEqual(['Zoë Müller']);
    expect(await list('?limit=1')).toMatchObject({ total: 2, next: 1 });
    expect(await list('?limit=1&offset=1')).toMatchObject({ items: [{ name: 'Zoë Müller' }], next: null });
    expect(await list('?offset=7')).toMatchObject({ items: [], total: 2, next: null });
  });

  it('finds a member without a pass by its exact id alone', async () => {
    const found = { memberId: provisional, status: 'provisional', name: null, tier: null, qualifyingSpend: null };
    expect(await list(`?q=${provisional.slice(0, 15)}`)).toMatchObject({ items: [found], total: 1, next: null });
    expect(await list(`?q=${provisional}&offset=1`)).toMatchObject({ items: [], total: 1, next: null });
    expect(await names(`?q=${provisional.slice(0, 14)}`)).not.toContain(null);
  });

  it('refuses what is no place in a list', async () => {
    for (const query of ['?limit=0', '?limit=x', '?offset=-1', `?q=${'a'.repeat(201)}`])
      expect(await billfold.ask(`/api/members${query}`)).toMatchObject(problem(400, 'expected'));
  });
});
