import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { busPublications } from '#adapters/eventbridge/publications.ts';
import type { BusEntry } from '#adapters/eventbridge/requests.ts';
import { bought, enrolled, got } from '#test/contract/given.ts';
import { idOf, workshop } from '#test/support/rebuilding.ts';

const livesOf = async (members: number, name = 'Ada') => {
  const made = workshop();
  for (let member = 1; member <= members; member++) await made.happens(idOf(member), enrolled(name), bought('801'));
  return Promise.all(Array.from({ length: members }, (_, index) => made.live(idOf(index + 1))));
};

/** A bus that does not take what `refuses` says. */
const busThat = (refuses: (entry: BusEntry, put: number) => boolean = () => false) => {
  const puts: (readonly BusEntry[])[] = [];
  const waits: number[] = [];
  const publications = busPublications({
    putEvents: async (entries) => {
      puts.push(entries);
      return entries.filter((entry) => refuses(entry, puts.length));
    },
    pause: async (ms) => void waits.push(ms),
  });
  return { ...publications, puts, waits };
};
const memberOf = ({ detail }: BusEntry): string => JSON.parse(detail).metadata.memberId;

describe('the wallet bus on AWS', () => {
  test('cannot be asked what it carried', async () => {
    expect(await got(busThat().revisions([]))).toBeNull();
  });

  test('is told passes as the pipe tells them, ten at a time', async () => {
    const bus = busThat();
    await got(bus.restate(await livesOf(23)));
    expect(bus.puts.map((entries) => entries.length)).toEqual([10, 10, 3]);
    expect(bus.puts.flat().map(memberOf)).toEqual(Array.from({ length: 23 }, (_, index) => idOf(index + 1)));
    expect(bus.puts[0]?.[0]).toMatchObject({ source: 'billfold.wallet', detailType: 'WalletPassIssued' });
  });

  test('is never asked to take more than it takes at once', async () => {
    const bus = busThat();
    await got(bus.restate(await livesOf(10, 'A'.repeat(200_000))));
    expect(bus.puts.length).toBeGreaterThan(2);
    for (const entries of bus.puts)
      expect(entries.reduce((bytes, { detail }) => bytes + detail.length, 0)).toBeLessThan(1_000_000);
    expect(bus.puts.flat()).toHaveLength(10);
  });

  test('is told again what it did not take, and only that; in the end it is told who gave up', async () => {
    const bus = busThat((entry, put) => put < 3 && memberOf(entry) === idOf(2));
    await got(bus.restate(await livesOf(3)));
    expect(bus.puts.map((entries) => entries.map(memberOf))).toEqual([
      [idOf(1), idOf(2), idOf(3)],
      [idOf(2)],
      [idOf(2)],
    ]);
    expect(bus.waits).toHaveLength(2);
    expect(await busThat(() => true).restate(await livesOf(1))()).toEqual(
      E.left({ type: 'StoreUnavailable', operation: 'publish', reason: '1 entries not taken' }),
    );
  });
});
