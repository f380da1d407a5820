import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, entryOf, type HttpService, startService } from './support.ts';

let billfold: HttpService;
beforeAll(async () => {
  billfold = await startService();
});
afterAll(() => billfold.stop());

const post = (body: string, headers: Record<string, string> = {}) =>
  billfold.ask('/eventbridge', {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents', ...headers },
    body,
  });
const member = () => created('Contact', { MemberNumber__c: 'M' });
const expectPass = async (id: string): Promise<void> => {
  await billfold.untilIdle();
  expect(await billfold.passOf(id), id).not.toBeNull();
};

describe('PutEvents through the AWS SDK', () => {
  it('answers an event id for each entry', async () => {
    const [one, two] = [member(), member()];
    const { FailedEntryCount, Entries } = await billfold.eventBridge.send(
      new PutEventsCommand({ Entries: [one.entry, two.entry] }),
    );
    expect(FailedEntryCount).toBe(0);
    expect(new Set(Entries?.map(({ EventId }) => EventId)).size).toBe(2);
    await expectPass(one.id);
    await expectPass(two.id);
  });

  it('works with the endpoint that ends in a slash, and with whatever credentials and region', async () => {
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y', sessionToken: 'z' };
    const client = new EventBridgeClient({
      endpoint: `${billfold.url}/eventbridge/`,
      region: 'ap-south-1',
      credentials,
    });
    const one = member();
    expect(await client.send(new PutEventsCommand({ Entries: [one.entry] }))).toMatchObject({ FailedEntryCount: 0 });
    await expectPass(one.id);
  });

  it.each([
    undefined,
    'default',
    'aws.partner/salesforce.com/00D8d0000008aBcEAI/0YL8d0000001XyZGAU',
    'arn:aws:events:eu-west-1:111122223333:event-bus/default',
    'billfold-source',
    'arn:aws:events:eu-west-1:111122223333:event-bus/billfold-source',
  ])('an entry for the bus %s is a source of changes', async (EventBusName) => {
    const one = member();
    await billfold.eventBridge.send(new PutEventsCommand({ Entries: [{ ...one.entry, EventBusName }] }));
    await expectPass(one.id);
  });

  it('takes entries for several buses in one request, by name and by ARN, and answers in their order', async () => {
    const one = member();
    const note = (n: number) => ({ ...entryOf({ n }), DetailType: 'Note' });
    const arn = 'arn:aws:events:eu-west-1:111122223333:event-bus/billfold-wallet';
    const { Entries, FailedEntryCount } = await billfold.eventBridge.send(
      new PutEventsCommand({
        Entries: [
          { ...note(1), EventBusName: 'billfold-wallet' },
          one.entry,
          { ...note(2), EventBusName: arn, Detail: 'no JSON' },
          { ...note(3), EventBusName: arn },
          { ...note(4), EventBusName: 'billfold-domain' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.map(({ ErrorCode = 'taken' }) => ErrorCode)).toEqual([
      'taken',
      'taken',
      'MalformedDetail',
      'taken',
      'taken',
    ]);
    await expectPass(one.id);
    const { items } = await billfold.get<{ items: { id: string; 'detail-type': string; detail: object }[] }>(
      '/api/wallet-events',
    );
    expect(items.filter((event) => event['detail-type'] === 'Note').map(({ id, detail }) => ({ id, detail }))).toEqual([
      { id: Entries?.[0]?.EventId, detail: { n: 1 } },
      { id: Entries?.[3]?.EventId, detail: { n: 3 } },
    ]);
  });

  it('counts the entries of a request over all its buses: eleven are refused, and none is taken', async () => {
    const before = (await billfold.walletEvents()).length;
    const Entries = Array.from({ length: 11 }, (_, n) => ({
      ...entryOf({ n }),
      EventBusName: n % 2 ? 'billfold-wallet' : 'billfold-domain',
    }));
    await expect(billfold.eventBridge.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await billfold.walletEvents()).toHaveLength(before);
  });

  it.each([
    { what: 'Source', entry: { DetailType: 'x', Detail: '{}' } },
    { what: 'DetailType', entry: { Source: 'x', Detail: '{}' } },
    { what: 'Detail', entry: { Source: 'x', DetailType: 'x' } },
  ])('refuses an entry without $what by itself', async ({ entry }) => {
    const one = member();
    const { Entries } = await billfold.eventBridge.send(new PutEventsCommand({ Entries: [entry, one.entry] }));
    expect(Entries).toMatchObject([{ ErrorCode: 'InvalidArgument' }, { EventId: expect.any(String) }]);
    await expectPass(one.id);
  });
});

describe('POST /eventbridge, as AWS JSON 1.1', () => {
  const body = (fields: object = {}) => JSON.stringify({ Entries: [{ ...member().entry, ...fields }] });

  it('answers in its media type', async () => {
    expect(await post(body())).toMatchObject({
      status: 200,
      type: expect.stringContaining('application/x-amz-json-1.1'),
    });
  });

  it.each([1_772_000_000, 1_772_000_000.5, '2026-03-01T00:00:00Z', null])('takes %s for Time', async (Time) => {
    expect(await post(body({ Time }))).toMatchObject({ status: 200, body: { FailedEntryCount: 0 } });
  });

  it.each(['AWSEvents.ListRules', 'DynamoDB_20120810.PutItem', ''])('refuses the operation "%s"', async (target) => {
    expect(await post(body(), { 'x-amz-target': target })).toMatchObject({
      status: 400,
      body: { __type: 'UnknownOperationException' },
    });
  });

  it.each([
    '',
    '{',
    '[]',
    '{"Entries":{}}',
    '{"Entries":[]}',
    '{"Entries":["x"]}',
    '{"Entries":[null]}',
    '{"Entries":[{"Source":1}]}',
  ])('refuses %s', async (text) => {
    expect(await post(text)).toMatchObject({
      status: 400,
      body: { __type: 'ValidationException', message: expect.any(String) },
    });
  });
});
