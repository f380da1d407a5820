import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlowDetail, FlowNow } from '#adapters/http/answers/flow.ts';
import { created, type HttpService, problem, startService } from './support.ts';

describe('GET /api/flow', () => {
  let service: HttpService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  const put = async (entries: readonly object[]): Promise<void> => {
    const answer = await service.ask('/eventbridge', {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: entries }),
    });
    expect(answer).toMatchObject({ status: 200, body: { FailedEntryCount: 0 } });
  };
  const flow = async (): Promise<FlowNow> => {
    const { body } = await service.ask('/api/flow');
    const read = FlowNow.decode(body);
    if (E.isLeft(read))
      throw new Error(`not a FlowNow: ${read.left.map(({ context }) => context.map(({ key }) => key).join('.'))}`);
    return read.right;
  };
  const detail = async (name: string): Promise<FlowDetail> => {
    const { body } = await service.ask(`/api/flow/${encodeURIComponent(name)}`);
    expect(E.isRight(FlowDetail.decode(body))).toBe(true);
    return body as FlowDetail;
  };
  const partOf = async (name: string, id: string) => (await detail(name)).parts.find((part) => part.id === id);

  it('counts what an event sets off, part by part, to the wallet bus, and tells the first pass', async () => {
    expect((await flow()).first).toBeNull();
    const { id, entry } = created('Contact', {
      MemberNumber__c: 'M-1',
      FirstName: 'Ada',
      LastModifiedDate: '2026-04-01T00:00:00Z',
    });
    await put([entry, { Source: 'till', DetailType: 'Unknown', Detail: '{"note":"secret"}' }]);
    await service.untilIdle();
    await expect
      .poll(async () => (await flow()).first)
      .toMatchObject({ memberId: id, memberNumber: 'M-1', revision: 1 });
    const { parts, lately, destinations } = await flow();
    const passed = Object.fromEntries(Object.entries(parts).map(([part, now]) => [part, now.passed]));
    expect(passed).toMatchObject({
      ...{
        'buses/source': 2,
        'rules/ingestEverything': 2,
        'queues/ingest': 2,
        'tables/records': 1,
        'tables/events': 1,
      },
      ...{ 'pipes/poke': 1, 'functions/projector': 1, 'tables/views': 1, 'pipes/announce': 1, 'buses/domain': 1 },
      ...{
        'pipes/publish': 1,
        'functions/walletEvent': 1,
        'buses/wallet': 1,
        'rules/relayLive': 1,
        'rules/relayBulk': 0,
      },
    });
    expect(lately).toMatchObject([{ memberId: id, type: 'WalletPassIssued' }]);
    expect(destinations).toEqual([]);
  });

  it('is what runs on this machine: neither what AWS alone has nor numbers of it', async () => {
    const { parts } = await flow();
    expect(Object.keys(parts)).toEqual(
      expect.arrayContaining(['queues/ingestDead', 'schedules/clock', 'tables/deliveries']),
    );
    expect(Object.keys(parts).filter((id) => /split|rotateKey|flowReports|lake|undelivered/.test(id))).toEqual([]);
  });

  it('tells of a bus what it carried last, never what was in it', async () => {
    const source = await detail('source');
    expect(source.parts[0]?.last.map(({ what }) => what)).toEqual([
      'Unknown from till',
      'ChangeEvent from aws.partner/salesforce.com/anything',
    ]);
    const wallet = await partOf('wallet', 'buses/wallet');
    expect(wallet?.last).toMatchObject([{ what: 'WalletPassIssued', memberId: expect.stringMatching(/^003/) }]);
    expect(JSON.stringify([source, wallet, await detail('domain'), await detail('events')])).not.toMatch(/secret|Ada/);
  });

  it('is answered for a box by the name of any of its parts', async () => {
    expect((await detail('poke')).box).toBe('projector');
    expect((await detail('queues/relayLive')).box).toBe('middleware');
    expect(await service.ask('/api/flow/nothing')).toMatchObject(problem(404, 'No such part'));
  });

  it('shows what waits for a paused pipe, and since when', async () => {
    await service.ask('/api/pipes/poke/pause', { method: 'POST' });
    await put([created('Contact', { MemberNumber__c: 'M-2', LastModifiedDate: '2026-04-01T00:00:00Z' }).entry]);
    await expect
      .poll(async () => (await flow()).parts['pipes/poke'])
      .toMatchObject({ state: 'paused', waiting: 1, oldestMs: expect.any(Number) });
    await service.ask('/api/pipes/poke/resume', { method: 'POST' });
    await service.untilIdle();
    await expect
      .poll(async () => (await flow()).parts['pipes/poke'])
      .toMatchObject({ state: 'ok', waiting: 0, passed: 2 });
  });
});
