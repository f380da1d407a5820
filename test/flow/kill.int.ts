import { createServer } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pass } from '#domain/index.ts';
import { historyArb, type Played, play, shuffleDuplicateArb } from '#test/support/org.ts';
import { todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';
import {
  killOutright,
  type Launcher,
  launch,
  type Place,
  placeIn,
  processesOf,
  type Service,
  type Target,
} from './process.ts';
import { freshFolder, publicationFaults, removeFolder } from './support.ts';

let places: Place[] = [];
afterEach(async () => {
  for (const { folder } of places) {
    await killOutright(folder, 'everything');
    await removeFolder(folder);
  }
  places = [];
});

const freshPlace = async (): Promise<Place> => {
  const place = await placeIn(await freshFolder());
  places.push(place);
  return place;
};

const start = async (place: Place, launcher: Launcher): Promise<Service> => {
  const { running, service } = await launch(place, launcher);
  if (service === null) throw new Error(`did not start: ${running.stderr()}`);
  return service;
};

/** The process has the real clock: its truth is today's. Orders still count for life, whatever became of the last twelve months. */
const playedFrom = (seed: number): Played => {
  const arbitrary = historyArb({ maxLength: 150 })
    .map((history) => play(history))
    .filter((played) => played.feeds.length >= 60)
    .filter((played) => [...today(played).values()].some((pass) => pass !== null && pass.spend.purchases > 0));
  const [played] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (played === undefined) throw new Error('no history');
  return played;
};

const today = ({ org }: Played) => truth(org, todayIn(Date.now()));

/** Delivers until the service is gone; what it did not acknowledge comes back. Files in the inbox need no acknowledgement. */
const deliverUntilGone = async (service: Service, items: readonly WireItem[]): Promise<readonly WireItem[]> => {
  const left: WireItem[] = [];
  const lanes = [0, 1, 2].map((lane) => items.filter((_, index) => index % 3 === lane));
  await Promise.all(
    lanes.map(async (lane) => {
      for (const item of lane) {
        if (item.type === 'file') await service.drop(item);
        else
          await service.put([item]).catch(() => {
            left.push(item);
          });
      }
    }),
  );
  return left;
};

const passesOf = async (service: Service, memberIds: Iterable<string>): Promise<ReadonlyMap<string, Pass | null>> => {
  const passes = new Map<string, Pass | null>();
  for (const memberId of memberIds) passes.set(memberId, await service.passOf(memberId));
  return passes;
};

const expectTruth = async (service: Service, played: Played): Promise<void> => {
  await service.untilIdle();
  const expected = today(played);
  const passes = await passesOf(service, expected.keys());
  expect(Object.fromEntries(passes)).toEqual(Object.fromEntries(expected));
  expect(publicationFaults(await service.walletEvents(), passes)).toEqual([]);
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when nothing of the service is left; fails where something stays. */
const untilGone = ({ folder }: Place): Promise<void> =>
  expect.poll(() => processesOf(folder), { timeout: 5_000, interval: 20 }).toEqual([]);

const canListenOn = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

describe('killed outright at any moment, the service loses nothing it acknowledged', () => {
  it.each<{ seed: number; target: Target; launcher: Launcher }>([
    { seed: 41, target: 'everything', launcher: 'npm' },
    { seed: 42, target: 'node', launcher: 'node' },
    { seed: 43, target: 'everything', launcher: 'node' },
  ])(
    'and ends with the passes of the org ($target of "$launcher", seed $seed)',
    { timeout: 120_000 },
    async ({ seed, target, launcher }) => {
      const kills = 4;
      const played = playedFrom(seed);
      const everything = shuffleDuplicateArb<WireItem>([...played.feeds, ...played.finalLoad]);
      const [delivery = []] = fc.sample(everything, { seed, numRuns: 1 });
      const [delays = []] = fc.sample(fc.array(fc.nat({ max: 400 }), { minLength: kills, maxLength: kills }), {
        seed,
        numRuns: 1,
      });
      const place = await freshPlace();
      const share = Math.ceil(delivery.length / (kills + 1));
      let left: readonly WireItem[] = [];
      let interrupted = 0;
      for (const [round, delay] of delays.entries()) {
        const service = await start(place, launcher);
        const delivering = deliverUntilGone(service, [...left, ...delivery.slice(round * share, (round + 1) * share)]);
        await sleep(delay);
        await killOutright(place.folder, target);
        left = await delivering;
        if (left.length > 0) interrupted += 1;
        await untilGone(place);
      }
      expect(interrupted, 'kills in the middle of a delivery').toBeGreaterThan(0);
      const service = await start(place, launcher);
      const refused = await deliverUntilGone(service, [...left, ...delivery.slice(kills * share)]);
      expect(refused).toEqual([]);
      await expectTruth(service, played);
    },
  );
});

describe('told to stop', () => {
  it.each<{ signal: 'SIGTERM' | 'SIGINT'; launcher: Launcher }>([
    { signal: 'SIGTERM', launcher: 'node' },
    { signal: 'SIGINT', launcher: 'npm' },
  ])(
    '$signal of "$launcher": exit code 0, nothing stays behind, and the next start goes on without publishing again',
    { timeout: 60_000 },
    async ({ signal, launcher }) => {
      const played = playedFrom(51);
      const place = await freshPlace();
      const first = await start(place, launcher);
      await first.deliver([...played.feeds, ...played.finalLoad]);
      await expectTruth(first, played);
      const published = await first.walletEvents();

      // As a terminal does: to the whole group.
      process.kill(-first.pid, signal);
      expect(await first.ended).toMatchObject({ code: 0 });
      await untilGone(place);
      expect(await canListenOn(place.port)).toBe(true);
      expect(await canListenOn(place.dynamodbPort)).toBe(true);

      const second = await start(place, launcher);
      await expectTruth(second, played);
      expect(await second.walletEvents()).toEqual(published);
      expect((await second.untilIdle()).counts).toMatchObject({ eventsAppended: 0, passesIssued: 0, passesUpdated: 0 });
    },
  );

  it('in the middle of a delivery: what was acknowledged is there after the next start', {
    timeout: 60_000,
  }, async () => {
    const played = playedFrom(52);
    const everything: readonly WireItem[] = [...played.feeds, ...played.finalLoad];
    const place = await freshPlace();
    const first = await start(place, 'node');
    const delivering = deliverUntilGone(first, everything);
    await sleep(150);
    process.kill(first.pid, 'SIGTERM');
    const left = await delivering;
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(left.length).toBeGreaterThan(0);

    const second = await start(place, 'node');
    await second.deliver(left);
    await expectTruth(second, played);
  });
});
