import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
const MAY = Date.UTC(2026, 4, 1, 12);
const JUNE = Date.UTC(2026, 5, 1, 12);
const member = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
const order = (boughtOn: string, amount: number) =>
  created('Order', { BillToContactId: member.id, EffectiveDate: boughtOn, Status: 'Activated', TotalAmount: amount });
/** Known as an owner only. */
const provisional = created('Contact', {}).id;

const put = async (...entries: readonly PutEventsRequestEntry[]): Promise<void> => {
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: [...entries] }));
  await billfold.untilIdle();
};

beforeAll(async () => {
  billfold = await startService();
  billfold.setClock(MAY);
  await put(member.entry);
  await put(order('2026-04-30', 100).entry);
  billfold.setClock(JUNE);
  await put(order('2026-05-31', 20.5).entry);
  await put(created('Voucher__c', { Member__c: provisional, Status__c: 'Issued' }).entry);
});
afterAll(() => billfold.stop());

describe('GET /api/members/{id}', () => {
  it('tells the member as it is now', async () => {
    expect(await billfold.ask(`/api/members/${member.id}`)).toMatchObject({
      status: 200,
      body: {
        memberId: member.id,
        version: 3,
        state: 'active',
        revision: 3,
        views: { spend: {}, tier: {}, promotions: {}, holder: { memberNumber: 'M-1' } },
        pass: {
          memberNumber: 'M-1',
          holder: { firstName: 'Ada' },
          spend: { lifetime: [{ amount: '120.50', currency: 'EUR' }] },
        },
      },
    });
  });

  it('takes an id of 15 characters for the one of 18', async () => {
    expect(await billfold.ask(`/api/members/${member.id.slice(0, 15)}`)).toEqual(
      await billfold.ask(`/api/members/${member.id}`),
    );
  });

  it('shows a provisional member without a pass', async () => {
    expect(await billfold.ask(`/api/members/${provisional}`)).toMatchObject({
      status: 200,
      body: { state: 'provisional', pass: null },
    });
  });

  it.each(['003000000000000AAA', 'nobody', '%20', '..%2f..%2fetc'])('does not know %s', async (id) => {
    expect(await billfold.ask(`/api/members/${id}`)).toMatchObject(problem(404, 'No member'));
  });

  it.each([
    { at: '2026-05-15T00:00:00Z', version: 2, lifetime: '100.00' },
    { at: '2026-05-02', version: 2, lifetime: '100.00' },
    { at: `${MAY}00000`.slice(0, 13), version: 2, lifetime: '100.00' },
    { at: '2026-07-01T00:00:00+02:00', version: 3, lifetime: '120.50' },
    { at: '2', version: 2, lifetime: '100.00' },
    { at: '3', version: 3, lifetime: '120.50' },
  ])('?at=$at travels in recorded time', async ({ at, version, lifetime }) => {
    expect(await billfold.ask(`/api/members/${member.id}?at=${encodeURIComponent(at)}`)).toMatchObject({
      status: 200,
      body: {
        memberId: member.id,
        version,
        state: 'active',
        pass: { spend: { lifetime: [{ amount: lifetime, currency: 'EUR' }] } },
      },
    });
  });

  it('evaluates the views at that instant: what was bought later, or longer than a year before, is out', async () => {
    expect(await billfold.ask(`/api/members/${member.id}?at=2027-05-15`)).toMatchObject({
      body: { version: 3, pass: { spend: { last12Months: [{ amount: '20.50' }], lifetime: [{ amount: '120.50' }] } } },
    });
  });

  it('knew nothing before the first event', async () => {
    expect(await billfold.ask(`/api/members/${member.id}?at=2026-04-30`)).toMatchObject({
      ...problem(404, 'Nothing was known'),
      body: { detail: 'The first of its events was recorded on 2026-05-01T12:00:00.000Z.' },
    });
    expect(await billfold.ask(`/api/members/${member.id}?at=0`)).toMatchObject(problem(404, 'Nothing was known'));
  });

  it('says that a version is beyond the last, and that a member was never known', async () => {
    expect(await billfold.ask(`/api/members/${member.id}?at=4`)).toMatchObject({
      ...problem(404, 'No such version'),
      body: { detail: 'The last of its events is version 3.' },
    });
    for (const at of ['1', '2026-05-15'])
      expect(await billfold.ask(`/api/members/003000000000000AAA?at=${at}`)).toMatchObject(problem(404, 'No member'));
  });

  it.each(['', 'yesterday', '1.5', '2026-13-01', '2026-02-30', '1&at=2'])('refuses ?at=%s', async (at) => {
    expect(await billfold.ask(`/api/members/${member.id}?at=${at}`)).toMatchObject(problem(400, 'at: expected'));
  });
});

describe('GET /api/members/{id}/events', () => {
  type Events = {
    readonly items: readonly { readonly version: number; readonly type: string }[];
    readonly next: string | null;
  };
  const events = async (query = ''): Promise<Events> =>
    (await billfold.ask(`/api/members/${member.id}/events${query}`)).body as Events;

  it('lists what happened, oldest first', async () => {
    const { items, next } = await events();
    expect(items.map(({ version, type }) => [version, type])).toEqual([
      [1, 'MemberEnrolled'],
      [2, 'PurchaseRecorded'],
      [3, 'PurchaseRecorded'],
    ]);
    expect(items[0]).toMatchObject({ recordedAt: '2026-05-01T12:00:00.000Z', lane: 'live', origin: { type: 'event' } });
    expect(next).toBeNull();
  });

  it('gives pages: next is the after of the page that follows', async () => {
    const first = await events('?limit=2');
    expect(first).toMatchObject({ items: [{ version: 1 }, { version: 2 }], next: '2' });
    expect(await events(`?limit=2&after=${first.next}`)).toMatchObject({ items: [{ version: 3 }], next: null });
    expect(await events('?after=3')).toEqual({ items: [], next: null });
  });

  it('refuses numbers that are none, and members that are none', async () => {
    expect(await billfold.ask(`/api/members/${member.id}/events?limit=0`)).toMatchObject(
      problem(400, 'after and limit'),
    );
    expect(await billfold.ask(`/api/members/${member.id}/events?after=x`)).toMatchObject(
      problem(400, 'after and limit'),
    );
    expect(await billfold.ask('/api/members/003000000000000AAA/events')).toMatchObject(problem(404, 'No member'));
  });
});

describe('GET /api/passes/{id}', () => {
  it('is the pass, its revision and the version it stands at', async () => {
    const { body } = await billfold.ask(`/api/passes/${member.id}`);
    expect(body).toEqual({
      revision: 3,
      asOfVersion: 3,
      pass: expect.objectContaining({ memberId: member.id, status: 'active' }),
    });
    expect(await billfold.ask(`/api/passes/${member.id.slice(0, 15)}`)).toMatchObject({ status: 200, body });
  });

  it('is not there while the member is unknown or provisional', async () => {
    expect(await billfold.ask('/api/passes/003000000000000AAA')).toMatchObject({
      status: 404,
      body: { detail: 'The member is unknown.' },
    });
    expect(await billfold.ask(`/api/passes/${provisional}`)).toMatchObject({
      status: 404,
      body: { detail: 'The member is provisional.' },
    });
  });
});

describe('GET /api/members/{id}/why/{what}', () => {
  const why = (what: string, id = member.id) => billfold.ask(`/api/members/${id}/why/${what}`);

  it('tells where a value on the pass comes from', async () => {
    const { status, body } = await why('spend.lifetime', member.id.slice(0, 15));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        ...{ memberId: member.id, path: 'spend.lifetime', version: 3, evaluatedAt: '2026-06-01T12:00:00.000Z' },
        value: [{ amount: '120.50', currency: 'EUR' }],
        sum: {
          total: [{ amount: '120.50', currency: 'EUR' }],
          counted: [
            { boughtOn: '2026-04-30', amount: { amount: '100.00', currency: 'EUR' }, by: { version: 2 } },
            {
              boughtOn: '2026-05-31',
              by: { version: 3, type: 'PurchaseRecorded', recordedAt: '2026-06-01T12:00:00.000Z', lane: 'live' },
            },
          ],
        },
        ...{ definition: null, timeAlone: null, hasEarlierSteps: false },
      },
    });
    const { sum } = body as { sum: { counted: readonly { source: { fields: readonly unknown[] } }[] } };
    expect(sum.counted[1]?.source.fields).toContainEqual({
      ...{ field: 'Order.TotalAmount', attribute: 'amount', change: { before: null, after: '20.5' } },
      today: {
        ...{ value: '20.5', modifiedAt: '2026-04-01T00:00:00.000Z', from: 'event' },
        commitNumber: expect.stringMatching(/^\d+$/),
      },
    });
  });

  it('opens personal fields, as the pass shows them', async () => {
    expect(await why('holder.firstName')).toMatchObject({
      status: 200,
      body: { value: 'Ada', steps: [{ after: 'Ada', source: { fields: [{ today: { value: 'Ada' } }] } }] },
    });
  });

  it('?at= travels in recorded time, as for the member', async () => {
    expect(await why('spend.purchases?at=2')).toMatchObject({ status: 200, body: { value: 1, version: 2 } });
    expect(await why('spend.purchases?at=2026-05-15')).toMatchObject({ body: { value: 1, version: 2 } });
    expect(await why('spend.purchases?at=4')).toMatchObject(problem(404, 'No such version'));
    expect(await why('spend.purchases?at=2026-04-30')).toMatchObject(problem(404, 'Nothing was known'));
    expect(await why('spend.purchases?at=soon')).toMatchObject(problem(400, 'at: expected'));
  });

  it('lists what there is where a pass has no such value', async () => {
    for (const what of ['colour', 'tier.colour', '%20', 'promotions.003000000000000AAA', '__proto__'])
      expect(await why(what)).toMatchObject({
        ...problem(404, 'no such value'),
        body: { detail: expect.stringMatching(/^it has .*holder\.firstName, .*tier\.name, /) },
      });
  });

  it('knows no unknown member, and no pass of a provisional one', async () => {
    expect(await why('tier', '003000000000000AAA')).toMatchObject(problem(404, 'No member'));
    expect(await why('tier', provisional)).toMatchObject({
      ...problem(404, 'No pass'),
      body: { detail: 'The member is provisional: it has none until Contact.MemberNumber__c is known.' },
    });
  });
});
