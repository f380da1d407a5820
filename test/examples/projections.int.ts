import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, onTestFinished, test } from 'vitest';
import { type Registry, registry } from '#domain/index.ts';
import { created, type HttpService, startService } from '#test/adapters/http/support.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { birthday } from './birthday.ts';
import { categoryBadge } from './categoryBadge.ts';
import { streak } from './streak.ts';

/** As the registry would be with three lines more. */
const withRewards: Registry = { ...registry, main: { ...registry.main, streak, birthday, categoryBadge } };

const mapping = await exampleMapping('rewards.ts');
let billfold: HttpService;
/** The service that the test speaks to, to its end. */
const start = async (dataDir?: string): Promise<void> => {
  billfold = await startService({ mapping, registry: withRewards, ...(dataDir !== undefined && { dataDir }) });
  onTestFinished(billfold.stop);
};

const ada = created('Contact', { MemberNumber__c: 'M-1', Birthdate: '1990-05-14' });
const coffee = (day: string) =>
  created('Order', {
    ...{ BillToContactId: ada.id, Status: 'Activated', TotalAmount: 3, Category__c: 'Coffee', EffectiveDate: day },
  }).entry;
const customOf = async () => (await billfold.passOf(ada.id))?.custom;
/** What the wallet events after the first so many say that changed. */
const changesAfter = async (count: number): Promise<readonly string[]> =>
  (await billfold.walletEvents()).slice(count).flatMap(({ data }) => data.changed);

test('projections that are registered go all the way: change events and a file in, on the pass, published, also by time alone', {
  timeout: 60_000,
}, async () => {
  await start();
  const days = ['2026-02-10', '2026-03-10', '2026-04-10', '2026-04-11'];
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: [ada.entry, ...days.map(coffee)] }));
  await billfold.untilIdle();
  expect(await customOf()).toMatchObject({ streak: '3', birthdayReward: null, badges: null });

  // The fifth coffee comes as a row of a file.
  const row = { BillToContactId: ada.id, Status: 'Activated', TotalAmount: 3, EffectiveDate: '2026-05-01' };
  const audit = { IsDeleted: false, LastModifiedDate: '2026-05-01T09:58:41.000+0000' };
  await billfold.drop({
    ...{ type: 'file', object: 'Order', executionId: 'run-1', fileName: 'part-0' },
    extractedAtMs: Date.UTC(2026, 4, 1, 11),
    text: `${JSON.stringify({ Id: '8018d00000ZZZZZAA5', ...row, Category__c: 'Coffee', ...audit })}\n`,
  });
  await expect
    .poll(customOf, { timeout: 10_000 })
    .toMatchObject({ streak: '4', birthdayReward: null, badges: 'Coffee lover' });
  await billfold.untilIdle();
  expect(await changesAfter(1)).toEqual(expect.arrayContaining(['custom.streak', 'custom.badges']));
  expect(await billfold.get(`/api/members/${ada.id}`)).toMatchObject({
    views: { streak: { months: 4, nextBy: '2026-06' }, birthday: null, categoryBadge: ['Coffee lover'] },
  });
  // Version 5: before the file.
  expect(await billfold.get(`/api/members/${ada.id}?at=5`)).toMatchObject({
    views: { streak: { months: 3 }, categoryBadge: [] },
  });
  expect((await billfold.get<{ quarantined: number }>('/api/status')).quarantined).toBe(0);

  // From here on nobody says anything: days go by. Brussels is two hours ahead of UTC.
  for (const [now, custom, changed] of [
    [Date.UTC(2026, 4, 13, 22), { birthdayReward: 'until 2026-05-20' }, 'custom.birthdayReward'],
    [Date.UTC(2026, 4, 20, 22), { birthdayReward: null }, 'custom.birthdayReward'],
    [Date.UTC(2026, 5, 30, 22), { streak: null }, 'custom.streak'],
    [Date.UTC(2027, 1, 9, 23), { badges: null }, 'custom.badges'],
  ] as const) {
    const { length } = await billfold.walletEvents();
    billfold.setClock(now);
    await expect.poll(customOf, { timeout: 10_000 }).toMatchObject(custom);
    await expect.poll(() => changesAfter(length), { timeout: 10_000 }).toContain(changed);
  }
});

test('a projection that is added later folds what happened before it, when anything next happens to the member', {
  timeout: 60_000,
}, async () => {
  const before = await startService({ mapping });
  await before.eventBridge.send(
    new PutEventsCommand({ Entries: [ada.entry, ...['2026-03-10', '2026-04-10'].map(coffee)] }),
  );
  await before.untilIdle();
  expect(await before.passOf(ada.id)).not.toHaveProperty('custom.streak');
  await before.pause();

  await start(before.folder);
  await billfold.eventBridge.send(new PutEventsCommand({ Entries: [coffee('2026-05-01')] }));
  await billfold.untilIdle();
  expect(await customOf()).toMatchObject({ streak: '3', birthdayReward: null, badges: null });
});
