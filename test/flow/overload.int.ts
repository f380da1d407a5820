import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { created } from '#test/adapters/http/support.ts';
import { type System, startSystem } from '#test/chaos/system.ts';

const LIMIT = 100;
const system = async (): Promise<System> => {
  const started = await startSystem({ extra: ['--queue-limit', `${LIMIT}`] });
  onTestFinished(started.stop);
  return started;
};

const clientOf = ({ url }: System, maxAttempts: number): EventBridgeClient =>
  new EventBridgeClient({
    ...{ endpoint: `${url}/eventbridge`, region: 'eu-west-1', maxAttempts },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });

const contacts = (count: number) =>
  Array.from({ length: count }, (_, index) => created('Contact', { MemberNumber__c: `M-${index}` }));

const waitingIn = ({ queues }: RuntimeStatus): number => queues.ingest?.backlog ?? Number.NaN;

describe('more change events than it can take', () => {
  it('are refused with 429, which the SDK tries again; nothing taken is lost, memory stays, and it recovers by itself', async () => {
    const its = await system();
    const flood = contacts(600);
    const impatient = clientOf(its, 1);
    await impatient.send(new PutEventsCommand({ Entries: [flood[0]!.entry] }));
    await its.service().untilIdle();
    const before = await its.held();

    const taken: string[] = [];
    const refusals: unknown[] = [];
    const waiting = flood.slice(1);
    let most = 0;
    const sender = async (): Promise<void> => {
      for (let some = waiting.splice(0, 10); some.length > 0; some = waiting.splice(0, 10)) {
        try {
          await impatient.send(new PutEventsCommand({ Entries: some.map(({ entry }) => entry) }));
          taken.push(...some.map(({ id }) => id));
        } catch (error) {
          refusals.push(error);
        }
        most = Math.max(most, waitingIn(await its.service().get<RuntimeStatus>('/api/status')));
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        ...{ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } },
        ...{ $response: { headers: { 'retry-after': '1' } } },
      });
    expect(most, 'beyond the limit only what was under way').toBeLessThanOrEqual(LIMIT + SENDERS * 10);

    const patient = clientOf(its, 10);
    const late = contacts(1)[0]!;
    await patient.send(new PutEventsCommand({ Entries: [late.entry] }));
    await its.service().untilIdle();
    const published = (await its.service().walletEvents()).map(({ metadata }) => metadata.memberId);
    expect(new Set(published)).toEqual(new Set([flood[0]!.id, ...taken, late.id]));
    expect(published.length).toBe(new Set(published).size);
    expect((await its.held()).heapBytes - before.heapBytes).toBeLessThan(20_000_000);
  });
});

const SENDERS = 24;

describe('a load that is larger than what is folded meanwhile', () => {
  const ROWS = 800;
  const at = '2026-03-01T08:00:00.000Z';
  const text = Array.from({ length: ROWS }, (_, index) => {
    const row = { Id: salesforceId('Contact', 100_000 + index), MemberNumber__c: `M-${index}` };
    return `${JSON.stringify({ ...row, LastModifiedDate: at, SystemModstamp: at })}\n`;
  }).join('');

  it('does not starve live changes: what was put while it ran is published among its first members, not behind all of them', async () => {
    const its = await system();
    const { drop, put, walletEvents, untilIdle } = its.service();
    await drop({
      type: 'file',
      object: 'Contact',
      executionId: 'run',
      fileName: 'part',
      extractedAtMs: Date.parse(at),
      text,
    });
    const loaded = async () =>
      (await its.service().get<RuntimeStatus>('/api/status')).inbox.loading?.recordsChanged ?? 0;
    await expect.poll(loaded, { timeout: 30_000, interval: 10 }).toBeGreaterThan(LIMIT);
    const { id, entry } = created('Contact', { MemberNumber__c: 'L-1' });
    await put([{ type: 'event', entry: { ...entry, Time: Date.parse(at) / 1000 } }]);
    const whenPut = (await walletEvents()).length;
    await untilIdle();
    const published = (await walletEvents()).map(({ metadata }) => metadata.memberId);
    expect(published.length).toBe(ROWS + 1);
    expect(published.indexOf(id) - whenPut).toBeLessThan(ROWS / 2);
  });
});
