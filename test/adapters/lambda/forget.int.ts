import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as O from 'fp-ts/lib/Option.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dynamoDbFingerprintStore } from '#adapters/dynamodb/fingerprintStore.ts';
import { dynamoDbForgottenStore } from '#adapters/dynamodb/forgottenStore.ts';
import { topology } from '#adapters/topology.ts';
import { got } from '#test/contract/given.ts';
import { changeOf, contact, contactId, order } from '#test/support/changeEvents.ts';
import { type ForgettingAccount, openForgettingAccount } from '#test/support/forgettingOnAws.ts';
import { eventOn } from '#test/support/lambdaEvents.ts';

/** In all that is personal of who is forgotten, and nowhere else. */
const CANARY = 'Quixotl';

let on: ForgettingAccount;
beforeAll(async () => {
  on = await openForgettingAccount();
});
afterEach(() => on.around((_, work) => work()));
afterAll(() => on.stop());

const observed = (serial: number, fields: object, observedAt = '2026-11-02T12:00:00Z') =>
  eventOn('billfold.observation', { object: 'Contact', id: contactId(serial), observedAt, fields }, { source: 'till' });
const person = (serial: number) => ({
  ...contact(serial, `${CANARY} ${serial}`),
  Email: `${CANARY}${serial}@example.test`,
});
const bought = (serial: number, amount = 750) => ({
  ...order(serial, serial, amount),
  Note__c: `${CANARY} note ${serial}`,
});
/** A mistake that only a person can mend: kept with its text. */
const mistaken = (serial: number) => observed(serial, { Nickname__c: `${CANARY} kept`, Unheard__c: CANARY });
const everythingOf = (serial: number) => [
  ...[person(serial), bought(serial), observed(serial, { Nickname__c: `${CANARY} nick` }), mistaken(serial)],
];

const cardText = async (serial: number): Promise<string> => {
  const card = await got(on.deliveries.card(contactId(serial)));
  return O.isSome(card) ? card.value.event.content : 'null';
};
const isSettled = async (serial: number) =>
  (await got(dynamoDbForgottenStore(on.account.database).list())).find(({ memberId }) => memberId === contactId(serial))
    ?.isSettled;
const register = async (serial: number) => {
  await got(on.registrations.register({ memberId: contactId(serial), deviceId: `phone-${serial}`, pushToken: 'aa' }));
};
const fetch = async (serial: number): Promise<void> => {
  const of = { memberId: contactId(serial), deviceId: `phone-${serial}` };
  await got(on.registrations.saw(of, 'fetched', 1_000_000));
};
const put = (Item: Record<string, { S: string }>) =>
  on.account.database.dynamodb.send(
    new PutItemCommand({ TableName: on.account.database.tableName('deliveries'), Item }),
  );

describe('a member who is forgotten on AWS', () => {
  const letters = topology.forgetting.members.deadLetters;
  const named = (queue: string): string => `${on.account.database.prefix}-${queue}`;

  test('was everywhere before, and is certified to be nowhere, with nothing personal in what passed between the steps', async () => {
    await on.say(...everythingOf(1), contact(2, 'Eve'), order(2, 2));
    await on.accept('shop.orders', 'Shipped', { to: `${CANARY} 1`, member: contactId(1) });
    await register(1);
    for (const queue of letters) {
      on.account.queues.put(named(queue), `{"Id":"${contactId(1)}","FirstName":"${CANARY}"}`);
      on.account.queues.put(named(queue), `{"Id":"${contactId(2)}","FirstName":"Eve"}`);
    }
    // Of a version that nobody folds any more.
    const old = { p: { S: `old@1#${contactId(1)}` }, m: { S: contactId(1) }, asOf: { N: '1' }, s: { S: CANARY } };
    await on.account.database.dynamodb.send(
      new PutItemCommand({ TableName: on.account.database.tableName('views'), Item: old }),
    );
    expect((await on.holding(CANARY)).map((place) => place.split(':')[0])).toEqual(
      expect.arrayContaining(['views', 'deliveries']),
    );
    on.around(async (payload, work) => {
      if (payload.action === 'purge') await fetch(1);
      return work();
    });
    const certificate = await on.forget(contactId(1));
    expect(certificate).toMatchObject({
      ...{ memberId: contactId(1), isClean: true, pending: [] },
      eventId: `member-${contactId(1)}@${certificate.version}`,
      removed: { quarantined: 1, events: 1, states: 1, devices: 1, deadLetters: letters.length },
    });
    expect(certificate.values).toMatchObject({ keyWasGone: false });
    expect(certificate.values.lookedFor).toBeGreaterThanOrEqual(5);
    expect(certificate.stores.map(({ store, found }) => [store, found])).toEqual([
      ...['records', 'events', 'views', 'ops', 'deliveries', 'quarantine'].map((store) => [store, 0]),
    ]);
    expect(await on.holding(CANARY)).toEqual([]);
    expect(JSON.stringify(on.told)).not.toContain(CANARY);
    expect(await cardText(1)).toContain('"forgotten":true');
    expect(await cardText(2)).toContain('"firstName":"Eve"');
    for (const queue of letters)
      expect(on.account.queues.bodies(named(queue))).toEqual([expect.stringContaining('Eve')]);
    expect(await isSettled(1)).toBe(true);
    expect(await got(dynamoDbFingerprintStore(on.account.database).load(contactId(1)))).toBeNull();
  });

  test('does not come back with late data of any kind; what is bought later counts', async () => {
    await on.say(...everythingOf(1).toReversed(), ...everythingOf(1), mistaken(1));
    const late = changeOf('Order', order(9, 1).ChangeEventHeader.recordIds[0] ?? '', {
      ...order(9, 1, 60),
      ...{ Note__c: `${CANARY} late`, LastModifiedDate: '2026-11-02T23:58:41.000Z' },
    });
    await on.say({ ...late, ChangeEventHeader: order(9, 1).ChangeEventHeader });
    expect(await on.holding(CANARY)).toEqual([]);
    expect(await cardText(1)).toContain('"forgotten":true');
    const again = await on.forget(contactId(1));
    expect(again).toMatchObject({ isClean: false, values: { lookedFor: 0, keyWasGone: true }, pending: [] });
    expect(await isSettled(1)).toBe(true);
  });

  test('whose data somebody left is told so, and not settled, until it is gone: what to look for is known as long', async () => {
    await on.say(...everythingOf(3));
    const left = {
      p: { S: 'left' },
      s: { S: '1' },
      of: { S: contactId(3).slice(0, 15) },
      text: { S: `${CANARY} note 3` },
    };
    await put(left);
    const alike = { p: { S: 'alike' }, s: { S: '1' }, of: { S: contactId(2) }, text: { S: `${CANARY} note 3` } };
    await put(alike);
    const found = await on.forget(contactId(3));
    expect(found).toMatchObject({ isClean: false, pending: [] });
    expect(found.stores.filter((store) => store.found > 0)).toMatchObject([
      { store: 'deliveries', found: 1, where: ['left 1'] },
    ]);
    expect(await isSettled(3)).toBe(false);
    const TableName = on.account.database.tableName('deliveries');
    for (const { p, s } of [left, alike])
      await on.account.database.dynamodb.send(new DeleteItemCommand({ TableName, Key: { p, s } }));
    expect(await on.forget(contactId(3))).toMatchObject({ isClean: true, values: { keyWasGone: false } });
    expect(await isSettled(3)).toBe(true);
  });

  test('does not come back with records and events of before, when it is asked for again', async () => {
    await on.say(...everythingOf(8));
    const { dynamodb, tableName } = on.account.database;
    const kept = await Promise.all((['records', 'events'] as const).map((table) => on.itemsOf(table)));
    await on.forget(contactId(8));
    for (const [index, table] of (['records', 'events'] as const).entries()) {
      const TableName = tableName(table);
      for (const { p, v } of await on.itemsOf(table))
        await dynamodb.send(new DeleteItemCommand({ TableName, Key: { p: p!, ...(v && { v }) } }));
      for (const Item of kept[index] ?? []) await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item } }));
    }
    expect(await on.forget(contactId(8))).toMatchObject({ pending: [], values: { keyWasGone: true } });
    expect(await isSettled(8)).toBe(true);
    await on.say(...everythingOf(8));
    expect(await on.holding(CANARY)).toEqual([]);
    expect(await cardText(8)).toContain('"forgotten":true');
  });

  test('of an id that nobody heard of is refused, and nobody goes on with it', async () => {
    await expect(on.forget(contactId(99))).rejects.toMatchObject({ name: 'MemberUnknown' });
    expect(await isSettled(99)).toBeUndefined();
    await expect(on.invoke({ action: 'forget' })).rejects.toThrow('step: expected an action');
  });
});

describe('at night', () => {
  test('whoever waits for a phone is gone on with: put off while it sleeps, looked for once it has fetched, given up after thirty days', async () => {
    await on.say(...everythingOf(4), ...everythingOf(5));
    await register(4);
    await register(5);
    for (const serial of [4, 5]) expect(await on.forget(contactId(serial))).toMatchObject({ isClean: false });
    const looks = (): number => on.told.filter((one) => (one as { action?: string }).action === 'look').length;
    const before = looks();
    await on.run({});
    expect(looks()).toBe(before);
    expect([await isSettled(4), await isSettled(5)]).toEqual([false, false]);
    await fetch(4);
    expect(await on.run({})).toEqual({});
    expect([await isSettled(4), await isSettled(5)]).toEqual([true, false]);
    await on.wait(31 * 86_400);
    await on.run({});
    expect(await isSettled(5)).toBe(true);
    expect(await on.holding(CANARY)).toEqual([]);
  });

  test('one who cannot be forgotten keeps nobody else waiting', async () => {
    await on.say(...everythingOf(6), ...everythingOf(7));
    const forgotten = dynamoDbForgottenStore(on.account.database);
    for (const serial of [6, 7]) await got(forgotten.ask(contactId(serial), Date.now()));
    on.around((payload, work) =>
      payload.memberId === contactId(6)
        ? Promise.reject(Object.assign(new Error('no'), { name: 'ForgetFailed' }))
        : work(),
    );
    await on.run({});
    expect([await isSettled(6), await isSettled(7)]).toEqual([false, true]);
    on.around((_, work) => work());
    await on.run({});
    expect(await isSettled(6)).toBe(true);
    expect(await on.holding(CANARY)).toEqual([]);
  });
});

describe('killed', () => {
  const killed = Object.assign(new Error('killed'), { name: 'Killed' });

  /** Of several steps that look the first. */
  const ACTIONS = ['ask', 'destroyKeys', 'forget', 'purge', 'look', 'certify', 'settle'];

  test.each(ACTIONS.map((action, index) => [action, 20 + index] as const))(
    'after %s, before its answer came, it goes on when it is asked again',
    async (action, serial) => {
      await on.say(...everythingOf(serial));
      on.around(async (payload, work) => {
        const answer = await work();
        if (payload.action === action) throw killed;
        return answer;
      });
      await expect(on.forget(contactId(serial))).rejects.toMatchObject({ name: 'Killed' });
      on.around((_, work) => work());
      // Settled, and nobody heard of it: that it was is all there is to be said.
      const isClean = action !== 'settle';
      const certificate = await on.forget(contactId(serial));
      expect(certificate).toMatchObject({ pending: [], isClean });
      if (isClean) expect(certificate.values.lookedFor).toBeGreaterThanOrEqual(5);
      expect(await isSettled(serial)).toBe(true);
      expect(await on.holding(CANARY)).toEqual([]);
    },
  );

  test('within a step, at any of its writes, it is done again until all are', async () => {
    await on.say(...everythingOf(50));
    await register(50);
    await fetch(50);
    const refused = new Set<string>();
    on.account.dynamodb.refuse((touches, body) => {
      if (!touches.some(({ action }) => /^(?:Put|Update|Delete)/.test(action))) return false;
      // What is written differs with the time; to which item does not.
      const of = JSON.stringify([touches, body.match(/"p":\{"S":"[^"]*"\}/g)]);
      if (refused.has(of)) return false;
      refused.add(of);
      return true;
    });
    const certificate = await on.forget(contactId(50)).finally(() => on.account.dynamodb.refuse(null));
    expect(refused.size).toBeGreaterThan(8);
    expect(certificate).toMatchObject({ isClean: true });
    expect(await on.holding(CANARY)).toEqual([]);
  });
});
