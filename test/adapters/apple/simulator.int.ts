import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApnsFault, type ApnsStandIn, startApns } from '#adapters/local/standIns/apns.ts';
import { type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { got } from '#test/contract/given.ts';
import { TEAM, TYPE } from './serving.ts';
import { type Device, PUSH_EVERY_MS, startWorld, type World } from './world.ts';

const MEMBERS = ['003A00000000001AAA', '003A00000000002AAA', '003A00000000003AAA'] as const;

let certificates: Certificates;
let apns: ApnsStandIn;
let world: World | null = null;
beforeAll(async () => {
  certificates = await makeCertificates({ passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: Date.now() });
  apns = await startApns({
    certificates,
    topic: TYPE,
    onPush: (pushToken) => {
      const device = world?.devices.find((one) => one.pushToken === pushToken);
      if (device !== undefined) device.isPushed = true;
    },
  });
});
beforeEach(() => {
  apns.faults.length = 0;
  apns.pushTokens.clear();
});
afterAll(() => apns.close());

type Command = fc.AsyncCommand<object, World>;
const command = (name: string, run: (world: World) => Promise<unknown>): Command => ({
  check: () => true,
  run: async (_model, real) => {
    await run(real);
  },
  toString: () => name,
});

const publish = (world: World, memberId: string) =>
  world.revisionOf(memberId).then((revision) => world.service.issue(memberId, revision + 1));
const FAULTS: readonly ApnsFault[] = [
  { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: '7' },
  { type: 'answer', status: 503, reason: 'ServiceUnavailable' },
  { type: 'answer', status: 403, reason: 'ExpiredProviderToken' },
  { type: 'answer', status: 400, reason: 'BadDeviceToken' },
  { type: 'answer', status: 400, reason: 'BadExpirationDate' },
  // Of long ago: the registration is newer, and stays.
  { type: 'gone', timestamp: 1 },
  { type: 'gone', timestamp: 4_102_444_800_000 },
  ...[{ type: 'goaway' } as const, { type: 'reset' } as const, { type: 'hangUp' } as const, { type: 'stall' } as const],
];
const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;
const ADVANCES = [SECOND, 10 * SECOND, PUSH_EVERY_MS, 15 * 60 * SECOND, DAY];

const member = fc.constantFrom(...MEMBERS);
const nth = fc.nat({ max: 2 });
const deviceAt = (world: World, at: number): Device => world.devices[at]!;
const commands = fc.commands(
  [
    member.map((id) => command(`publish ${id}`, (world) => publish(world, id))),
    member.map((id) => command(`publish ${id}`, (world) => publish(world, id))),
    fc.tuple(nth, member).map(([at, id]) => command(`add ${at} ${id}`, (world) => world.add(deviceAt(world, at), id))),
    fc.tuple(nth, member).map(([at, id]) => command(`add ${at} ${id}`, (world) => world.add(deviceAt(world, at), id))),
    fc
      .tuple(nth, member)
      .map(([at, id]) => command(`add an old file ${at} ${id}`, (world) => world.addOldFile(deviceAt(world, at), id))),
    fc.constant(command('deliver', (world) => world.tick())),
    nth.map((at) =>
      command(`deliver, while ${at} wakes`, (world) => Promise.all([world.tick(), world.wake(deviceAt(world, at))])),
    ),
    nth.map((at) =>
      command(`deliver, while ${at} fetches`, (world) =>
        Promise.all([world.tick(), world.fetchNext(deviceAt(world, at))]),
      ),
    ),
    nth.map((at) => command(`wake ${at}`, (world) => world.wake(deviceAt(world, at)))),
    nth.map((at) => command(`poll ${at}`, (world) => world.list(deviceAt(world, at)))),
    nth.map((at) => command(`fetch ${at}`, (world) => world.fetchNext(deviceAt(world, at)))),
    fc
      .tuple(nth, member)
      .map(([at, id]) => command(`delete ${at} ${id}`, (world) => world.remove(deviceAt(world, at), id))),
    nth.map((at) => command(`another id ${at}`, (world) => world.becomeAnother(deviceAt(world, at)))),
    fc
      .constantFrom(...FAULTS)
      .map((fault) => command(`fault ${JSON.stringify(fault)}`, async () => apns.faults.push(fault))),
    // As often as it is pushed for a revision, but once: nobody can help whom no push reaches.
    fc.constant({
      ...command('swallow', async () => apns.faults.push({ type: 'swallow' })),
      check: (model: { swallowed?: number }) => {
        model.swallowed = (model.swallowed ?? 0) + 1;
        return model.swallowed <= 2;
      },
    }),
    fc.boolean().map((isRefusing) => command(`refuse ${isRefusing}`, () => apns.refuse(isRefusing))),
    fc.constantFrom(...ADVANCES).map((ms) => command(`advance ${ms}`, async ({ clock }) => clock.advance(ms))),
  ],
  { maxCommands: 80, size: 'max' },
);

/** Faults end, devices do what they were told to, time goes on; until nothing is left to do. */
const settle = async (world: World): Promise<void> => {
  apns.faults.length = 0;
  await apns.refuse(false);
  for (let round = 0; round < 60; round++) {
    await world.tick();
    for (const device of world.devices) {
      await world.wake(device);
      while (device.toFetch.length > 0) await world.fetchNext(device);
    }
    await world.tick();
    const open = (await world.delivered(MEMBERS)).filter(({ state }) => state !== 'delivered');
    for (const { key, state } of open) if (state === 'dead') await got(world.service.deliveries.redrive(key, false));
    const dues = open.flatMap(({ due }) => (due === null ? [] : [due]));
    if (open.length === 0) return;
    world.clock.advance(Math.max(0, Math.min(...dues, world.clock() + DAY) - world.clock()));
  }
  throw new Error(`nothing settled: ${JSON.stringify(await world.delivered(MEMBERS))}`);
};

describe('devices and the service, whatever happens in whatever order', () => {
  it('answer as Apple says at every step, and in the end every registered device has the last revision', async () => {
    let fetches = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (cmds) => {
        const real = await startWorld(apns, certificates, 100);
        world = real;
        apns.faults.length = 0;
        await apns.refuse(false);
        try {
          await fc.asyncModelRun(() => ({ model: {}, real }), cmds);
          await settle(real);
          for (const device of real.devices)
            for (const [memberId, { revision }] of device.passes)
              if (await real.registered(device.deviceId, memberId)) {
                expect([device.name, memberId, revision]).toEqual([
                  device.name,
                  memberId,
                  await real.revisionOf(memberId),
                ]);
                fetches++;
              }
        } finally {
          await real.close();
        }
      }),
      { numRuns: 40 },
    );
    expect(fetches).toBeGreaterThan(40);
  });
});
