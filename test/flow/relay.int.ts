import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { Card } from '#adapters/delivery/card.ts';
import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { physicalName } from '#adapters/topology.ts';
import { created, entryOf } from '#test/adapters/http/support.ts';
import { got } from '#test/contract/given.ts';
import { freshPlace, killOutright, type Place, type Service, startIn, untilGone } from './process.ts';
import { expectTruthToday, playedToday } from './today.ts';

/** What the middleware of that place knows of these members, read from its table. */
const cardsAt = async ({ dynamodbPort }: Place, memberIds: readonly string[]): Promise<readonly Card[]> => {
  const { dynamodb } = connectDynamoDb({
    ...{ endpoint: `http://127.0.0.1:${dynamodbPort}`, region: 'local' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { cards } = dynamoDbDeliveryStore({
    ...{ dynamodb, clock: Date.now, route: () => [] },
    tableName: (name) => physicalName('billfold', name),
  });
  const found = await got(cards(memberIds));
  dynamodb.destroy();
  return found;
};
const namesOf = (cards: readonly Card[]) => cards.map(({ event }) => event.id).toSorted();
const put = async ({ eventBridge }: Service, ...Entries: readonly ReturnType<typeof entryOf>[]): Promise<void> => {
  const answer = await eventBridge.send(new PutEventsCommand({ Entries: [...Entries] }));
  expect(answer).toMatchObject({ FailedEntryCount: 0 });
};
/** Idle, and nothing left of what the relay has to hand on. */
const untilRelayed = async (service: Service): Promise<RuntimeStatus> => {
  for (;;) {
    const status = await service.untilIdle();
    const { relayLive, relayBulk } = status.queues;
    if (relayLive?.settled === true && relayBulk?.settled === true) return status;
    await setTimeout(20);
  }
};
const order = (memberId: string, number: number) =>
  created('Order', {
    ...{ BillToContactId: memberId, OrderNumber: `O-${number}`, EffectiveDate: '2026-11-01', Status: 'Activated' },
    ...{ TotalAmount: 600 * number, CurrencyIsoCode: 'EUR' },
  }).entry;

describe('a change travels to the middleware', () => {
  it('from PutEvents, the last revision of each member, with a key that only the owner of the folder can read', async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    expect(service.stderr()).toContain(`middleware   http://127.0.0.1:${place.middlewarePort}`);
    const member = created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });
    await put(service, member.entry);
    await untilRelayed(service);
    await put(service, order(member.id, 1));
    await untilRelayed(service);
    const cards = await cardsAt(place, [member.id]);
    expect(namesOf(cards)).toEqual([`${member.id}.2`]);
    expect(JSON.parse(cards[0]?.event.content ?? '').data.data.pass).toEqual(await service.passOf(member.id));
    expect((await stat(join(place.folder, 'secrets.json'))).mode & 0o777).toBe(0o600);

    // Published again, as a pipe does that was killed at the wrong moment: other entries, the same events.
    const again = (await service.walletEvents()).map((detail) => ({
      ...entryOf(detail),
      ...{ Source: 'billfold.wallet', DetailType: 'WalletPassUpdated', EventBusName: 'billfold-wallet' },
    }));
    await put(service, ...again);
    await untilRelayed(service);
    expect(await cardsAt(place, [member.id])).toEqual(cards);
    const health = await fetch(`http://127.0.0.1:${place.middlewarePort}/health`);
    expect(await health.json()).toMatchObject({ state: 'ready', waiting: { live: 0, bulk: 0 } });
  });

  it('what cannot be relayed keeps nobody from being idle, is shown, and arrives when it can', async () => {
    const place = await freshPlace();
    const service = await startIn(place);
    const secrets = join(place.folder, 'secrets.json');
    const key = await readFile(secrets, 'utf8');
    await writeFile(secrets, 'gone');
    const member = created('Contact', { MemberNumber__c: 'M-1' });
    await put(service, member.entry);
    await expect.poll(async () => (await service.passOf(member.id))?.memberNumber).toBe('M-1');
    const { idle, queues } = await service.untilIdle();
    expect(idle).toBe(true);
    expect(queues.relayLive).toMatchObject({ settled: false });
    expect(await cardsAt(place, [member.id])).toEqual([]);
    await writeFile(secrets, key);
    await expect
      .poll(async () => namesOf(await cardsAt(place, [member.id])), { timeout: 25_000 })
      .toEqual([`${member.id}.1`]);
    expect((await untilRelayed(service)).deadLetters).toMatchObject({ relayDead: 0 });
  });

  it('killed in the middle, it loses nothing: of each member the last revision that was published is there', {
    timeout: 90_000,
  }, async () => {
    const played = playedToday(61);
    const place = await freshPlace();
    let service = await startIn(place);
    await service.deliver([...played.feeds, ...played.finalLoad]);
    for (const delay of [200, 400, 600]) {
      await setTimeout(delay);
      await killOutright(place.folder, 'everything');
      await untilGone(place);
      service = await startIn(place);
    }
    await expectTruthToday(service, played);
    await untilRelayed(service);
    const published = (await service.walletEvents()).map(({ metadata }) => metadata);
    expect(published.length).toBeGreaterThan(10);
    const revisions = new Map<string, number>();
    for (const { memberId, revision } of published)
      revisions.set(memberId, Math.max(revision, revisions.get(memberId) ?? 0));
    const last = [...revisions].map(([memberId, revision]) => `${memberId}.${revision}`);
    expect(new Set(namesOf(await cardsAt(place, [...revisions.keys()])))).toEqual(new Set(last));
  });
});
