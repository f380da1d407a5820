import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SampleEditTaken, SampleMember, SampleTrace } from '#adapters/http/answers/sample.ts';
import type { OpenApi } from '#adapters/http/openApi.ts';
import { memberId } from '#adapters/sample/members.ts';
import { heldToOpenApi } from '#test/support/heldToOpenApi.ts';
import { type HttpService, problem, startService } from './support.ts';

/** Noon of 2026-05-01, where the service's clock stands. */
const UNTIL = Date.UTC(2026, 4, 1, 12);

describe('where a sample org is loaded', () => {
  let billfold: HttpService;
  const member = memberId(0);
  beforeAll(async () => {
    billfold = await held(await startService({ sample: { seed: 1, members: 10, until: UNTIL } }));
    // Its life goes on by a second, which its year is older than.
    billfold.setClock(UNTIL + 5_000);
    await vi.waitUntil(async () => (await billfold.ask(`/api/sample/members/${member}`)).status === 200, 20_000);
  });
  afterAll(() => billfold.stop());

  const post = (name: string, body: object) =>
    billfold.ask(`/api/sample/${name}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ memberId: member, ...body }),
    });
  const taken = async (name: string, body: object): Promise<SampleEditTaken> => {
    const answer = await post(name, body);
    expect(answer).toMatchObject({ status: 202 });
    return answer.body as SampleEditTaken;
  };
  /** Followed to the wallet bus. */
  const outcomeOf = async ({ traceId, before, sequence }: SampleEditTaken): Promise<SampleTrace> => {
    const query = `member=${member}&version=${before.version}&sequence=${sequence}`;
    const look = async () => (await billfold.ask(`/api/sample/traces/${traceId}?${query}`)).body as SampleTrace;
    await expect.poll(async () => (await look()).wallet).not.toBeNull();
    return look();
  };
  const known = async (): Promise<SampleMember> =>
    (await billfold.ask(`/api/sample/members/${member}`)).body as SampleMember;

  it('a purchase is told as Salesforce would, and followed to the pass and the wallet bus', async () => {
    const edit = await taken('purchases', { amount: '42.50' });
    expect(JSON.parse(edit.entry.Detail)).toMatchObject({
      ChangeEventHeader: { entityName: 'Order', changeType: 'CREATE' },
      ...{ BillToContactId: member, TotalAmount: 42.5, EffectiveDate: '2026-05-01' },
    });
    const { events, wallet, refused, deliveries } = await outcomeOf(edit);
    expect({ refused, deliveries }).toEqual({ refused: null, deliveries: [] });
    expect(events).toMatchObject([{ type: 'PurchaseRecorded' }]);
    expect(wallet?.revision).toBeGreaterThan(edit.before.revision);
    expect(wallet?.pass.spend.purchases).toBeGreaterThan(edit.before.pass?.spend.purchases ?? 0);
  });

  it('an order is returned whole, once', async () => {
    const [order] = (await known()).orders;
    const { events } = await outcomeOf(await taken('returns', { orderId: order?.id }));
    expect(events).toMatchObject([{ type: 'PurchaseRecorded' }]);
    expect((await known()).orders.map(({ id }) => id)).not.toContain(order?.id);
    expect(await post('returns', { orderId: order?.id })).toMatchObject(problem(404, 'could be returned'));
  });

  it('a voucher is given, stands on the pass, and is redeemed', async () => {
    const given = await outcomeOf(await taken('vouchers', { title: 'For you', value: '5', days: 10 }));
    expect(given.wallet?.pass.promotions).toContainEqual(
      expect.objectContaining({ title: 'For you', validTo: '2026-05-11', value: { amount: '5.00', currency: 'EUR' } }),
    );
    const voucherId = (await known()).vouchers.find(({ title }) => title === 'For you')?.id;
    const redeemed = await outcomeOf(await taken('redemptions', { voucherId }));
    expect(redeemed.events).toMatchObject([{ type: 'PromotionRedeemed' }]);
    expect(redeemed.wallet?.pass.promotions.map(({ id }) => id)).not.toContain(voucherId);
  });

  it('a name is changed', async () => {
    const edit = await taken('names', { firstName: 'Zoë', lastName: 'Vermeer' });
    expect(JSON.parse(edit.entry.Detail)).toMatchObject({
      ChangeEventHeader: {
        recordIds: [member],
        changedFields: ['LastModifiedDate', 'Name.FirstName', 'Name.LastName'],
      },
      Name: { FirstName: 'Zoë', LastName: 'Vermeer' },
    });
    // Its life goes on, and may call it otherwise again: never by its first name.
    expect((await outcomeOf(edit)).wallet?.pass.holder.firstName).toBe('Zoë');
  });

  it.each([
    ['purchases', { amount: '12.345' }, 'amount: expected an amount above 0'],
    ['purchases', { amount: '0.00' }, 'amount: expected an amount above 0'],
    ['purchases', { amount: 12 }, 'amount: expected an amount above 0'],
    ['vouchers', { title: ' ', value: null, days: 3 }, 'title: expected a text'],
    ['vouchers', { title: 'A', value: null, days: 1.5 }, 'days: expected a whole number'],
    ['names', { firstName: 'A' }, 'lastName: expected a text'],
  ])('refuses %s of %o, and says where and what was expected', async (name, body, detail) => {
    expect(await post(name, body)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
  });

  it('knows no member, voucher or order that there is not', async () => {
    expect(await post('purchases', { memberId: '0038d00000Nobody', amount: '1' })).toMatchObject(
      problem(404, 'No member'),
    );
    expect(await post('redemptions', { voucherId: 'x' })).toMatchObject(problem(404, 'could be redeemed'));
    expect(await billfold.ask('/api/sample/traces/x')).toMatchObject(problem(400, 'expected member'));
  });
});

/** Each answer is what the OpenAPI document says. */
const held = async (billfold: HttpService): Promise<HttpService> => {
  const heldTo = heldToOpenApi(await billfold.get<OpenApi>('/api/openapi.json'));
  const ask: HttpService['ask'] = async (path, init) => {
    const answer = await billfold.ask(path, init);
    expect(heldTo({ ...answer, method: init?.method ?? 'GET', path })).toBeNull();
    return answer;
  };
  return { ...billfold, ask };
};

describe('where none is', () => {
  it('says so, whatever is asked', async () => {
    const billfold = await startService();
    try {
      for (const path of ['/api/sample/members/x', '/api/sample/traces/x'])
        expect(await billfold.ask(path)).toMatchObject(problem(404, 'no sample org'));
      const posted = await billfold.ask('/api/sample/purchases', { method: 'POST' });
      expect(posted).toMatchObject(problem(404, 'no sample org'));
    } finally {
      await billfold.stop();
    }
  });
});
