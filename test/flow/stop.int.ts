import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { WireItem } from '#test/support/wire.ts';
import { freshPlace, type Launcher, processesOf, startIn, untilGone } from './process.ts';
import { deliverUntilGone, expectTruthToday, playedToday } from './today.ts';

type Signal = 'SIGTERM' | 'SIGINT';

const canListenOn = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

describe('told to stop', () => {
  it.each<{ signal: Signal; launcher: Launcher; to: 'process' | 'group' }>([
    { signal: 'SIGTERM', launcher: 'node', to: 'process' },
    { signal: 'SIGINT', launcher: 'node', to: 'process' },
    // A supervisor tells npm alone, Ctrl-C the whole group; npm passes on what it gets.
    { signal: 'SIGTERM', launcher: 'npm', to: 'process' },
    { signal: 'SIGINT', launcher: 'npm', to: 'group' },
  ])('$signal to the $to of "$launcher": exit code 0, and nothing stays behind', async ({ signal, launcher, to }) => {
    const place = await freshPlace();
    const { pid, ended } = await startIn(place, launcher);
    process.kill(to === 'group' ? -pid : pid, signal);
    await untilGone(place);
    expect(await ended).toMatchObject({ code: 0 });
    expect(await canListenOn(place.port)).toBe(true);
    expect(await canListenOn(place.dynamodbPort)).toBe(true);
  });

  it('the next start goes on without publishing again', { timeout: 60_000 }, async () => {
    const played = playedToday(51);
    const place = await freshPlace();
    const first = await startIn(place);
    await first.deliver([...played.feeds, ...played.finalLoad]);
    await expectTruthToday(first, played);
    const published = await first.walletEvents();
    process.kill(first.pid, 'SIGTERM');
    await first.ended;

    const second = await startIn(place);
    await expectTruthToday(second, played);
    expect(await second.walletEvents()).toEqual(published);
    expect((await second.untilIdle()).counts).toMatchObject({ eventsAppended: 0, passesIssued: 0, passesUpdated: 0 });
  });

  it('in the middle of a delivery: what was acknowledged is there after the next start', {
    timeout: 60_000,
  }, async () => {
    const played = playedToday(52);
    const everything: readonly WireItem[] = [...played.feeds, ...played.finalLoad];
    const place = await freshPlace();
    const first = await startIn(place);
    const delivering = deliverUntilGone(first, everything);
    await setTimeout(150);
    process.kill(first.pid, 'SIGTERM');
    const left = await delivering;
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(left.length).toBeGreaterThan(0);

    const second = await startIn(place);
    await second.deliver(left);
    await expectTruthToday(second, played);
  });
});

describe('the DynamoDB server killed under the service', () => {
  it('ends it with a word of advice, and the next start has everything', { timeout: 60_000 }, async () => {
    const played = playedToday(53);
    const place = await freshPlace();
    const first = await startIn(place);
    await first.deliver([...played.feeds, ...played.finalLoad]);
    for (const { pid, args } of await processesOf(place.folder))
      if (args[0]?.endsWith('/dynoxide') && args[1] === 'serve') process.kill(pid, 'SIGKILL');
    const { code, stderr } = await first.ended;
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('Start again') });
    await expectTruthToday(await startIn(place), played);
  });
});
