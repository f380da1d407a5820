import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import { published } from '#adapters/schema/published.ts';
import { created, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
beforeAll(async () => {
  billfold = await startService();
});
afterAll(() => billfold.stop());

type Listed = { readonly detailType: string; readonly path: string; readonly version: number };

describe('the schemas over HTTP', () => {
  it('are listed, each with the address it is found at', async () => {
    const { items } = await billfold.get<{ items: Listed[] }>('/api/schemas');
    expect(items).toHaveLength(published().length);
    for (const { path, detailType, version } of items)
      expect(await billfold.get(path)).toMatchObject({
        title: detailType,
        $id: expect.stringMatching(`:${detailType}:${version}$`),
      });
  });

  it('are found by detail-type, the latest unless a version is named', async () => {
    expect(await billfold.ask('/api/schemas/WalletPassIssued')).toMatchObject({
      status: 200,
      type: expect.stringContaining('application/schema+json'),
      body: { $id: 'urn:billfold:wallet:WalletPassIssued:2' },
    });
    expect(await billfold.ask('/api/schemas/Unheard')).toMatchObject(problem(404, 'No schema Unheard'));
    expect(await billfold.ask('/api/schemas/WalletPassIssued?version=99')).toMatchObject(problem(404, 'No schema'));
    expect(await billfold.ask('/api/schemas/WalletPassIssued?version=x')).toMatchObject(problem(400, 'version'));
  });

  it('accept what the buses really carry', async () => {
    const voucher = created('Voucher__c', { Member__c: created('Contact', {}).id });
    const member = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
    const order = created('Order', { BillToContactId: member.id, Status: 'Activated', TotalAmount: 12.5 });
    await billfold.put(
      [member, order, voucher].map(
        ({ entry }) => ({ type: 'event', entry: { ...entry, Time: 1_775_000_000 } }) as never,
      ),
    );
    await billfold.untilIdle();
    const ajv = new Ajv2020({ allowUnionTypes: true });
    for (const bus of ['wallet', 'domain']) {
      const { items } = await billfold.get<{ items: CarriedEvent[] }>(`/api/${bus}-events`);
      expect(items.length).toBeGreaterThan(0);
      for (const { detail, 'detail-type': detailType } of items) {
        const schema = await billfold.get<{ $id: string }>(`/api/schemas/${detailType}`);
        const accepts = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
        expect(accepts(detail), JSON.stringify(accepts.errors)).toBe(true);
      }
    }
  });

  it('are what the AsyncAPI document refers to', async () => {
    type Message = { payload: { schema: { $ref: string } } };
    const { asyncapi, components } = await billfold.get<{
      asyncapi: string;
      components: { messages: Record<string, Message> };
    }>('/api/asyncapi');
    expect(asyncapi).toBe('3.0.0');
    for (const [detailType, { payload }] of Object.entries(components.messages))
      expect(await billfold.get(payload.schema.$ref)).toMatchObject({ title: detailType });
  });
});
