import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { created, entryOf } from '#test/adapters/http/support.ts';
import { billfold, freshPlace, type Place, type Service, startIn } from './process.ts';

const urlOf = ({ port }: Place): string => `http://127.0.0.1:${port}`;
const put = async ({ eventBridge }: Service, detail: ReturnType<typeof entryOf>): Promise<void> => {
  expect(await eventBridge.send(new PutEventsCommand({ Entries: [detail] }))).toMatchObject({ FailedEntryCount: 0 });
};
const published = async (service: Service, memberId: string) =>
  (await service.get<{ items: CarriedEvent[] }>('/api/wallet-events?after=0')).items
    .map(({ detail }) => detail as { metadata: { memberId: string; revision: number }; data: { changed: string[] } })
    .filter(({ metadata }) => metadata.memberId === memberId);
const statusOf = (service: Service) => service.get<RuntimeStatus>('/api/status');

const member = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
const nameIs = (FirstName: string, serial: number) =>
  entryOf({
    ChangeEventHeader: {
      ...{ entityName: 'Contact', recordIds: [member.id], changeType: 'UPDATE', changedFields: ['Name.FirstName'] },
      ...{ commitTimestamp: Date.UTC(2026, 5, 1) + serial * 1000, commitNumber: 1000 + serial, sequenceNumber: 1 },
    },
    Name: { FirstName },
  });
const firstName = async (service: Service) => (await service.passOf(member.id))?.holder.firstName;

describe('a paused publish pipe', () => {
  it('keeps what changed, over a restart too, and brings each change once after the resume', {
    timeout: 60_000,
  }, async () => {
    const place = await freshPlace();
    let service = await startIn(place);
    await put(service, member.entry);
    await service.untilIdle();
    expect(await published(service, member.id)).toHaveLength(1);

    expect(await billfold(['pipes', 'pause', 'publish'], urlOf(place))).toMatchObject({ code: 0 });
    // Nothing waits yet: a paused pipe alone keeps nobody from being idle.
    expect(await service.untilIdle()).toMatchObject({ paused: [{ pipe: 'publish', waiting: false }] });

    await put(service, nameIs('Ida', 1));
    await expect.poll(() => firstName(service), { timeout: 10_000 }).toBe('Ida');
    await expect.poll(() => statusOf(service)).toMatchObject({ paused: [{ pipe: 'publish', waiting: true }] });
    expect((await statusOf(service)).idle).toBe(false);
    expect(await published(service, member.id)).toHaveLength(1);

    process.kill(service.pid, 'SIGTERM');
    await service.ended;
    service = await startIn(place);
    await put(service, nameIs('Eda', 2));
    await expect.poll(() => firstName(service), { timeout: 10_000 }).toBe('Eda');
    await expect
      .poll(() => statusOf(service))
      .toMatchObject({ idle: false, paused: [{ pipe: 'publish', waiting: true }] });
    expect((await billfold(['status'], urlOf(place))).stdout).toMatch(/^Paused +publish, work waits for it$/m);
    expect(await published(service, member.id)).toHaveLength(1);

    expect(await billfold(['pipes', 'resume', 'publish'], urlOf(place))).toMatchObject({ code: 0 });
    expect(await service.untilIdle()).toMatchObject({ paused: [] });
    expect((await published(service, member.id)).map(({ metadata }) => metadata.revision)).toEqual([1, 2, 3]);
  });
});

describe('a paused poke pipe', () => {
  it('keeps the passes as they are until the resume', { timeout: 60_000 }, async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    await service.untilIdle();
    expect(await billfold(['pipes', 'pause', 'poke'], urlOf(place))).toMatchObject({ code: 0 });
    await put(service, member.entry);
    await expect
      .poll(() => statusOf(service), { timeout: 10_000 })
      .toMatchObject({ idle: false, counts: { eventsAppended: 1 }, paused: [{ pipe: 'poke', waiting: true }] });
    expect(await service.passOf(member.id)).toBeNull();
    expect(await billfold(['pipes', 'resume'], urlOf(place))).toMatchObject({ code: 0 });
    await service.untilIdle();
    expect(await firstName(service)).toBe('Ada');
    expect(await published(service, member.id)).toHaveLength(1);
  });
});
