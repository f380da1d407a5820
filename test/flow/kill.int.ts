import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { shuffleDuplicateArb } from '#test/support/org.ts';
import type { WireItem } from '#test/support/wire.ts';
import { freshPlace, killOutright, type Launcher, startIn, type Target, untilGone } from './process.ts';
import { deliverUntilGone, expectTruthToday, playedToday } from './today.ts';

describe('killed outright at any moment, the service loses nothing it acknowledged', () => {
  it.each<{ seed: number; target: Target; launcher: Launcher }>([
    { seed: 41, target: 'everything', launcher: 'npm' },
    { seed: 42, target: 'node', launcher: 'node' },
    { seed: 43, target: 'everything', launcher: 'node' },
  ])(
    'and ends with the passes of the org ($target of "$launcher", seed $seed)',
    { timeout: 120_000 },
    async ({ seed, target, launcher }) => {
      const kills = 3;
      const played = playedToday(seed);
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
        const service = await startIn(place, launcher);
        const delivering = deliverUntilGone(service, [...left, ...delivery.slice(round * share, (round + 1) * share)]);
        await setTimeout(delay);
        await killOutright(place.folder, target);
        left = await delivering;
        if (left.length > 0) interrupted += 1;
        await untilGone(place);
      }
      expect(interrupted, 'kills in the middle of a delivery').toBeGreaterThan(0);
      const service = await startIn(place, launcher);
      const refused = await deliverUntilGone(service, [...left, ...delivery.slice(kills * share)]);
      expect(refused).toEqual([]);
      await expectTruthToday(service, played);
    },
  );

  it('in the middle of a file: every row is read, and every pass published once', { timeout: 60_000 }, async () => {
    const rows = 1_200;
    const place = await freshPlace();
    const at = '2026-03-01T08:00:00.000Z';
    const text = Array.from({ length: rows }, (_, index) => {
      const row = { Id: salesforceId('Contact', index), MemberNumber__c: `M-${index}` };
      return `${JSON.stringify({ ...row, LastModifiedDate: at, SystemModstamp: at })}\n`;
    }).join('');
    const item = {
      type: 'file',
      object: 'Contact',
      executionId: 'run',
      fileName: 'part',
      extractedAtMs: Date.parse(at),
      text,
    } as const;
    let service = await startIn(place);
    await service.drop(item);
    for (const delay of [150, 300, 450]) {
      await setTimeout(delay);
      expect((await readdir(join(place.folder, 'inbox/Contact/run'))).length, 'killed before it was done').toBe(1);
      await killOutright(place.folder, 'everything');
      await untilGone(place);
      service = await startIn(place);
    }
    await service.untilIdle();
    expect(await readdir(join(place.folder, 'inbox/Contact/run'))).toEqual([]);
    const published = await service.walletEvents();
    expect(published.every(({ metadata }) => metadata.revision === 1)).toBe(true);
    expect(new Set(published.map(({ metadata }) => metadata.memberId)).size).toBe(rows);
  });
});
