import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deviceName } from '#adapters/apple/deviceName.ts';
import { type ApnsStandIn, startApns } from '#adapters/local/standIns/apns.ts';
import { type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { got } from '#test/contract/given.ts';
import { TEAM, TYPE } from './serving.ts';
import { type Device, PUSH_EVERY_MS, startWorld, type World } from './world.ts';

const ANNA = '003A00000000001AAA';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let certificates: Certificates;
let apns: ApnsStandIn;
let world: World;
beforeAll(async () => {
  certificates = await makeCertificates({ passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: Date.now() });
  apns = await startApns({ certificates, topic: TYPE });
});
beforeEach(async () => {
  apns.faults.length = 0;
  apns.pushTokens.clear();
  world = await startWorld(apns, certificates);
  return () => world.close();
});
afterAll(() => apns.close());

const [first, second] = [0, 1].map((nth) => (): Device => world.devices[nth]!) as [() => Device, () => Device];
const publish = (revision: number) => world.service.issue(ANNA, revision);
const delivery = async () => (await world.delivered([ANNA]))[0];
/** Whom APNs took a push for, while that happened; by name. */
const pushedIn = async (happens: () => Promise<unknown>): Promise<readonly (string | undefined)[]> => {
  const before = apns.seen.length;
  await happens();
  const taken = apns.seen.slice(before).filter(({ status }) => status === 200);
  return taken.map(({ pushToken }) => world.devices.find((one) => one.pushToken === pushToken)?.name).toSorted();
};
const later = (ms: number) => {
  world.clock.advance(ms);
  return pushedIn(world.tick);
};
const fetchAll = async (device: Device): Promise<void> => {
  await world.list(device);
  while (device.toFetch.length > 0) await world.fetchNext(device);
};
/** On these devices, which have fetched it. */
const held = async (...devices: readonly Device[]): Promise<void> => {
  await publish(1);
  for (const device of devices) await world.add(device, ANNA);
  for (const device of devices) await fetchAll(device);
  await world.tick();
  expect(await delivery()).toMatchObject({ state: 'delivered', done: 1 });
};

describe('an update', () => {
  it('of a pass on no device is delivered, and says so', async () => {
    await publish(1);
    expect(await pushedIn(world.tick)).toEqual([]);
    expect(await delivery()).toMatchObject({
      state: 'delivered',
      steps: [{ step: 'push', outcome: 'skipped', reason: 'no device' }],
    });
  });

  it('is pushed to each device, is confirming until all have fetched it, and delivered then', async () => {
    await held(first(), second());
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual(['a', 'b']);
    expect(await delivery()).toMatchObject({ state: 'confirming', done: 1, due: world.clock() + 15 * MINUTE });
    await fetchAll(first());
    expect(await pushedIn(world.tick)).toEqual([]);
    await fetchAll(second());
    expect(await pushedIn(world.tick)).toEqual([]);
    expect(await delivery()).toMatchObject({ state: 'delivered', done: 2 });
  });

  it('is pushed once a minute at most, and the last one always is', async () => {
    await held(first());
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual(['a']);
    await publish(3);
    await publish(4);
    expect(await later(0)).toEqual([]);
    expect(await delivery()).toMatchObject({ state: 'waiting', reason: 'pushed just now', failures: 0 });
    await publish(5);
    expect(await later(PUSH_EVERY_MS - 1)).toEqual([]);
    expect(await later(1)).toEqual(['a']);
    await fetchAll(first());
    await world.tick();
    expect(await delivery()).toMatchObject({ state: 'delivered', done: 5 });
    expect(first().passes.get(ANNA)).toMatchObject({ revision: 5 });
  });

  it('that a device does not fetch is pushed again after a quarter of an hour and after a day, and then it is said who did not', async () => {
    await held(first(), second());
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual(['a', 'b']);
    await fetchAll(second());
    await world.tick();
    expect(await later(14 * MINUTE)).toEqual([]);
    expect(await later(MINUTE)).toEqual(['a']);
    expect(await later(23 * 60 * MINUTE)).toEqual([]);
    expect(await later(45 * MINUTE)).toEqual(['a']);
    expect(await later(15 * MINUTE)).toEqual([]);
    expect(await delivery()).toMatchObject({
      state: 'delivered',
      done: 2,
      steps: [{ step: 'confirm', of: deviceName(first().deviceId), outcome: 'skipped', reason: 'not fetched' }],
    });
    expect(await later(DAY)).toEqual([]);
  });

  it('goes to a device that registered just now, half a minute later, as nobody told it yet', async () => {
    await held(first());
    await world.add(second(), ANNA);
    expect(await later(29_000)).toEqual([]);
    expect(await later(1_000)).toEqual(['b']);
  });
});

describe('a device that registers again', () => {
  it('with another push token is pushed, as the one before may have reached nobody; with the same one it is not', async () => {
    await held(first());
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual(['a']);
    await world.service.register(first().deviceId, ANNA, first().pushToken);
    expect(await later(30_000)).toEqual([]);
    first().pushToken = 'ef'.repeat(32);
    apns.pushTokens.add(first().pushToken);
    await world.service.register(first().deviceId, ANNA, first().pushToken);
    expect(await later(30_000)).toEqual(['a']);
  });
});

describe('a device that APNs does not know any more', () => {
  it('is no device of the pass any more', async () => {
    await held(first(), second());
    apns.pushTokens.delete(first().pushToken);
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual(['b']);
    expect(await world.registered(first().deviceId, ANNA)).toBe(false);
    expect(await delivery()).toMatchObject({ state: 'confirming' });
    expect((await delivery())?.steps).toContainEqual(
      expect.objectContaining({ of: deviceName(first().deviceId), outcome: 'refused', status: 410 }),
    );
  });

  it('stays one where it registered after that, and is pushed again', async () => {
    await held(first());
    apns.faults.push({ type: 'gone', timestamp: world.clock() - DAY });
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual([]);
    expect(await world.registered(first().deviceId, ANNA)).toBe(true);
    expect(await delivery()).toMatchObject({ state: 'waiting', failures: 1 });
    expect(await later(MINUTE)).toEqual(['a']);
  });
});

describe('while APNs fails', () => {
  it.each([
    [
      '403, as when the certificate is over',
      { type: 'answer', status: 403, reason: 'BadCertificate' } as const,
      60_000,
    ],
    ['429', { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: '90' } as const, 90_000],
    ['503', { type: 'answer', status: 503, reason: 'Shutdown' } as const, 1_000],
    ['silence', { type: 'stall' } as const, 1_000],
    ['a reset', { type: 'reset' } as const, 1_000],
  ])(
    '(%s) nothing is lost, no sooner tried than it says, and who was told is not told again',
    async (_name, fault, waitMs) => {
      await held(first(), second());
      apns.faults.push(fault);
      await publish(2);
      const told = await later(PUSH_EVERY_MS);
      expect(told).toHaveLength(1);
      expect(await delivery()).toMatchObject({ state: 'waiting', failures: 1 });
      expect(await later(waitMs - 1)).toEqual([]);
      const other = told[0] === 'a' ? 'b' : 'a';
      expect(await later(1)).toEqual([other]);
      for (const device of [first(), second()]) await fetchAll(device);
      await world.tick();
      expect(await delivery()).toMatchObject({ state: 'delivered', done: 2 });
    },
  );

  it('a refusal that says nothing of the device is for people to look at, and kept', async () => {
    await held(first());
    apns.faults.push({ type: 'answer', status: 400, reason: 'BadTopic' });
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual([]);
    const dead = await delivery();
    expect(dead).toMatchObject({ state: 'dead', reason: 'push refused: BadTopic' });
    expect(await got(world.service.deliveries.redrive(dead!.key, false))).toBe(true);
    expect(await later(PUSH_EVERY_MS)).toEqual(['a']);
  });

  it('while it cannot be reached at all, everything waits', async () => {
    await held(first());
    await apns.refuse(true);
    await publish(2);
    expect(await later(PUSH_EVERY_MS)).toEqual([]);
    expect(await later(10 * MINUTE)).toEqual([]);
    await apns.refuse(false);
    expect(await later(10 * MINUTE)).toEqual(['a']);
  });
});
