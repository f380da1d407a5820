import { describe, expect, test } from 'vitest';
import { objectIdOf } from '#adapters/google/objectId.ts';
import type { Pass } from '#domain/index.ts';
import {
  deliverAll,
  ISSUER,
  passOf,
  plainRun,
  startGoogleWallet,
  stubbornRun,
  workOf,
} from '#test/support/googleWallet.ts';

const pass = passOf();
const id = objectIdOf({ issuerId: ISSUER }, pass.memberId);
const spent = (amount: string, more: Partial<Pass> = {}): Pass =>
  passOf({ tier: { ...pass.tier, qualifyingSpend: { amount, currency: 'EUR' } }, ...more });
const inTier = (name: string): Pass => passOf({ tier: { ...pass.tier, name } });
const micros = (resource: unknown) =>
  (resource as { loyaltyPoints: { balance: { money: { micros: string } } } }).loyaltyPoints.balance.money.micros;

describe('the first delivery of a member', () => {
  test('makes the class, then inserts the object; the next one looks at no class and patches', async () => {
    const { google, destination } = await startGoogleWallet();
    const { run, told } = plainRun();
    const last = await deliverAll(destination, [workOf(pass, 1), workOf(spent('900.00'), 2)], run);
    expect(last.verdict).toEqual({ type: 'Delivered' });
    expect(told()).toEqual(['class 404', 'class-insert 200', 'insert 200', 'patch 200']);
    expect(micros(google.object(id)?.resource)).toBe('900000000');
  });

  test('patches an object that is there already, and inserts one that is gone', async () => {
    const { destination } = await startGoogleWallet();
    const { run, told } = plainRun();
    await deliverAll(destination, [workOf(pass, 1)], run);
    await destination.deliver(workOf(pass, 1), run);
    const { start } = await startGoogleWallet();
    const known = { v: 1, isInserted: true, notifiedAt: [], overQuota: 0 };
    const again = await start().deliver(workOf(pass, 5, { progress: known }), run);
    expect(told().filter((step) => !step.startsWith('class'))).toEqual([
      ...['insert 200', 'insert 409', 'patch 200', 'patch 404', 'insert 200'],
    ]);
    expect(again.verdict).toEqual({ type: 'Delivered' });
  });
});

describe('the class', () => {
  test('is changed once, under review, where settings differ from what Google has, whoever comes first', async () => {
    const { google, destination, start } = await startGoogleWallet();
    await destination.deliver(workOf(pass, 1), plainRun().run);
    const renamed = start({ programName: 'Le Cercle' });
    const { run, told } = plainRun();
    const members = ['a', 'b', 'c', 'd'].map((memberId) => passOf({ memberId }));
    await Promise.all(members.map((member) => renamed.deliver(workOf(member, 1, { lane: 'bulk' }), run)));
    expect(told().filter((step) => step.startsWith('class'))).toEqual(['class 200', 'class-patch 200']);
    expect(google.loyaltyClass(`${ISSUER}.loyalty`)?.resource).toMatchObject({
      ...{ programName: 'Le Cercle', reviewStatus: 'APPROVED' },
    });
  });

  test('that Google refuses to change keeps no card from being delivered', async () => {
    const { google, destination, start } = await startGoogleWallet();
    await destination.deliver(workOf(pass, 1), plainRun().run);
    google.order({
      ...{ fault: { type: 'Status', status: 400, reason: 'invalid' }, on: (call) => call === 'loyaltyClass.patch' },
    });
    const { run, told } = plainRun();
    const renamed = start({ programName: 'Le Cercle' });
    expect((await renamed.deliver(workOf(spent('1.00'), 2), run)).verdict).toEqual({ type: 'Delivered' });
    await renamed.deliver(workOf(spent('2.00'), 3), run);
    expect(told()).toEqual(['class 200', 'class-patch 400', 'insert 409', 'patch 200', 'insert 409', 'patch 200']);
  });

  test('that is not there and cannot be made keeps cards waiting: none is given up for it, and Google is asked by one', async () => {
    let now = Date.now();
    const { google, destination } = await startGoogleWallet({}, { clock: () => now });
    for (const fault of [
      { type: 'Status', status: 400, reason: 'invalid' },
      { type: 'Status', status: 403, reason: 'permissionDenied' },
    ] as const) {
      google.order({ fault, on: (call) => call === 'loyaltyClass.insert' });
      const { run, told } = plainRun();
      for (const memberId of ['a', 'b', 'c']) {
        const { verdict } = await destination.deliver(workOf(passOf({ memberId }), 1), run);
        expect(verdict).toEqual({ type: 'Later', reason: `${fault.status} ${fault.reason}`, isFailure: true });
      }
      expect(told()).toEqual(['class 404', `class-insert ${fault.status}`]);
      google.mend();
      now += 30_000;
    }
    expect((await destination.deliver(workOf(pass, 1), plainRun().run)).verdict).toEqual({ type: 'Delivered' });
  });
});

describe('notifications', () => {
  const saved = async () => {
    const wallet = await startGoogleWallet();
    await wallet.destination.deliver(workOf(pass, 1), plainRun().run);
    await wallet.google.hold(id, true);
    return wallet;
  };
  const known = { v: 1, isInserted: true, notifiedAt: [], overQuota: 0 };
  const notices = (count: number) => Array.from({ length: count }, (_, at) => spent(`${at + 700}.00`));

  test('are three a day for a card; what comes after them is told silently, and says so', async () => {
    const { google, destination } = await saved();
    const { run } = plainRun();
    const works = notices(5).map((one, at) => workOf(one, at + 2, { ...(at === 0 && { progress: known }) }));
    const last = await deliverAll(destination, works, run);
    expect(last.skipped).toMatchObject([{ step: 'notify', outcome: 'skipped', reason: 'quota' }]);
    expect(google.object(id)?.notifiedAt).toHaveLength(3);
    expect(google.seen().filter(({ status }) => status === 403)).toEqual([]);
    expect(micros(google.object(id)?.resource)).toBe('704000000');
  });

  test('that Google counts otherwise are sent once more without, and remembered', async () => {
    const { google, destination } = await saved();
    const { run, told } = plainRun();
    for (const [at, one] of notices(3).entries())
      await destination.deliver(workOf(one, at + 2, { progress: known }), plainRun().run);
    const last = await destination.deliver(workOf(spent('999.00'), 9, { progress: known }), run);
    expect(told()).toEqual(['patch 403', 'patch silent 200']);
    expect(last).toMatchObject({ verdict: { type: 'Delivered' }, progress: { overQuota: 1 } });
    expect(micros(google.object(id)?.resource)).toBe('999000000');
  });

  test('of a tier are a message, one a revision, where anybody saved the card', async () => {
    const { google, destination } = await saved();
    const { run, told } = plainRun();
    const gold = workOf(inTier('Gold'), 2, { progress: known, changed: ['tier.name', 'tier.qualifyingSpend'] });
    await destination.deliver(gold, run);
    await destination.deliver(gold, run);
    expect(told()).toEqual(['patch 200', 'message 200', 'patch 200']);
    expect(google.object(id)?.resource.messages).toEqual([
      { id: 'r2', header: 'Tier', body: 'Your tier is now Gold.', messageType: 'TEXT_AND_NOTIFY' },
    ]);
    await google.hold(id, false);
    const unsaved = await destination.deliver(
      workOf(inTier('Platinum'), 3, { progress: known, changed: ['tier'] }),
      run,
    );
    expect(unsaved.skipped).toMatchObject([{ step: 'message', reason: 'nobody saved it' }]);
  });

  test('of a tier come once, though the card still counts it as changed, as phones of others have not fetched it', async () => {
    const { google, destination } = await saved();
    const { run, told } = plainRun();
    const gold = inTier('Gold');
    const since = ['tier.name', 'tier.qualifyingSpend'];
    const richer = { ...gold, tier: { ...gold.tier, qualifyingSpend: { amount: '2100.00', currency: 'EUR' } } };
    await deliverAll(
      destination,
      [
        workOf(pass, 2, { progress: known, changed: [] }),
        workOf(gold, 3, { changed: since }),
        workOf(richer, 4, { changed: since }),
        workOf(richer, 5, { changed: since }),
      ],
      run,
    );
    expect(told()).toEqual(['patch 200', 'patch 200', 'message 200', 'patch 200', 'patch 200']);
    expect(google.object(id)?.notifiedAt).toHaveLength(2);
  });

  test('of a tier come also where it changed with a revision that waited, and the last one says nothing of it', async () => {
    const { destination } = await saved();
    const { run, told } = plainRun();
    await deliverAll(
      destination,
      [
        workOf(pass, 2, { progress: known, changed: [] }),
        workOf(inTier('Gold'), 5, { done: 2, changed: ['promotions'] }),
      ],
      run,
    );
    expect(told()).toEqual(['patch 200', 'patch 200', 'message 200']);
  });

  test('of a tier find room where ten messages are', async () => {
    let day = 0;
    const clock = () => Date.UTC(2026, 0, 1) + day * 86_400_000;
    const { google, destination } = await startGoogleWallet({}, { clock });
    const { run, told } = plainRun();
    let { progress } = await destination.deliver(workOf(pass, 1, { now: clock() }), run);
    await google.hold(id, true);
    for (day = 1; day <= 11; day++)
      ({ progress } = await destination.deliver(
        workOf(inTier(`T${day}`), day + 1, { progress, now: clock(), changed: ['tier.name'] }),
        run,
      ));
    expect(told().slice(-4)).toEqual(['patch 200', 'message 400', 'clear-messages 200', 'message 200']);
    expect(google.object(id)?.resource.messages).toMatchObject([{ id: 'r12' }]);
  });

  test('never come by bulk', async () => {
    const { google, destination } = await saved();
    const bulk = workOf(spent('5.00'), 2, { progress: known, lane: 'bulk', changed: ['tier.name', 'points'] });
    const done = await destination.deliver(bulk, plainRun().run);
    expect(google.object(id)?.notifiedAt).toEqual([]);
    expect(done.skipped).toMatchObject([{ step: 'notify', reason: 'bulk' }]);
  });
});

describe('what Google refuses', () => {
  const refusal = async (status: number, reason: string, domain?: string, retryAfter?: string) => {
    const { google, destination } = await startGoogleWallet();
    await destination.deliver(workOf(passOf({ memberId: 'other' }), 1), plainRun().run);
    const fault = {
      type: 'Status',
      status,
      reason,
      ...(domain !== undefined && { domain }),
      ...(retryAfter !== undefined && { retryAfter }),
    } as const;
    google.order({ fault });
    return (await destination.deliver(workOf(pass, 1), plainRun().run)).verdict;
  };

  test('and would refuse again is dead; what somebody can put right is tried again; overload passes', async () => {
    expect(await refusal(400, 'invalid')).toEqual({ type: 'Dead', reason: '400 invalid' });
    expect(await refusal(403, 'permissionDenied')).toEqual({
      ...{ type: 'Later', reason: '403 permissionDenied', isFailure: true },
    });
    expect(await refusal(503, 'backendError')).toEqual({ type: 'Later', reason: '503 backendError', isFailure: true });
    expect(await refusal(403, 'rateLimitExceeded', 'usageLimits')).toMatchObject({ type: 'Later', isFailure: true });
    // When, the engine says: it heard how long Google asked for.
    expect(await refusal(429, 'rateLimitExceeded', 'usageLimits', '7')).toEqual({
      ...{ type: 'Later', reason: '429 rateLimitExceeded', isFailure: true },
    });
  });

  test('is dead before it is sent where there is no pass in what came', async () => {
    const { google, destination } = await startGoogleWallet();
    const work = workOf({ ...pass, status: 'canary' as 'active' }, 1);
    const { verdict } = await destination.deliver(work, plainRun().run);
    expect(verdict).toEqual({ type: 'Dead', reason: 'expected a pass in the wallet event' });
    expect(google.seen()).toEqual([]);
  });
});

describe('after faults', () => {
  const members = Array.from({ length: 6 }, (_, at) => `member ${at}`);
  const revisions = [1, 2, 3];

  test('every object has the last revision, in whatever way answers were lost', { timeout: 60_000 }, async () => {
    const { google, destination } = await startGoogleWallet();
    const schedule = [
      ...([{ type: 'Reset' }, { type: 'Reset', isDone: true }, { type: 'Status', status: 503 }] as const),
      ...([
        { type: 'Status', status: 429, retryAfter: '1' },
        { type: 'Stall', ms: 50 },
        { type: 'Status', status: 401 },
      ] as const),
    ];
    for (const [at, fault] of [...schedule, ...schedule, ...schedule].entries())
      google.order({ fault, times: 1, on: (call) => at % 2 === 0 || call.startsWith('loyaltyObject') });
    await Promise.all(
      members.map((memberId) =>
        deliverAll(
          destination,
          revisions.map((revision) => workOf(spent(`${revision}.00`, { memberId }), revision)),
          stubbornRun(),
        ),
      ),
    );
    const ends = members.map((memberId) => micros(google.object(objectIdOf({ issuerId: ISSUER }, memberId))?.resource));
    expect(ends).toEqual(members.map(() => '3000000'));
  });
});
