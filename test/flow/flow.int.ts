import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pass } from '#domain/index.ts';
import { historyArb, lossyDeliveryArb, type Played, play } from '#test/support/org.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';
import { freshFolder, outside, publicationFaults, removeFolder, startedIn } from './support.ts';

let stopAll: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopAll.reverse()) await stop();
  stopAll = [];
});

const start = async (clock: () => number = Date.now, dataDir?: string) => {
  const folder = dataDir ?? (await freshFolder());
  const { url, stop } = await startedIn(folder, { clock });
  stopAll.push(async () => {
    await stop();
    await removeFolder(folder);
  });
  return { ...outside(url, folder), folder, stop };
};

/** Two hours after the org's last change: the dates of its records lie around that day. */
const nowOf = ({ org }: Played): number => (org.second + 7200) * 1000;

/** A history after which somebody holds a purchase: one that leaves everybody without would prove nothing. */
const playedFrom = (seed: number): Played => {
  const arbitrary = historyArb({ maxLength: 60 })
    .map((history) => play(history))
    .filter((played) => played.feeds.length >= 20)
    .filter((played) =>
      [...truth(played.org, todayIn(nowOf(played))).values()].some((pass) => pass !== null && pass.spend.purchases > 0),
    );
  const [played] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (played === undefined) throw new Error('no history');
  return played;
};

const expectTruth = async (billfold: Awaited<ReturnType<typeof start>>, played: Played): Promise<void> => {
  await billfold.untilIdle();
  const expected = truth(played.org, todayIn(nowOf(played)));
  const passes = new Map<string, Pass | null>();
  for (const memberId of expected.keys()) passes.set(memberId, await billfold.passOf(memberId));
  expect([...passes].map(([memberId, pass]) => [memberId, knownPart(pass)])).toEqual([...expected]);
  expect(publicationFaults(await billfold.walletEvents(), passes)).toEqual([]);
};

describe('from AppFlow files and change events to passes and wallet events', () => {
  it.each([11, 12, 13, 14, 15, 16])(
    'whatever was lost, repeated or reordered, the passes are what the org holds (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      const played = playedFrom(seed);
      const delivery = fc.sample(lossyDeliveryArb(played), { seed, numRuns: 1 })[0] ?? [];
      const billfold = await start(() => nowOf(played));
      await billfold.deliver(delivery);
      await expectTruth(billfold, played);
    },
  );

  it('delivered again, everything changes nothing: no event, no wallet event', { timeout: 120_000 }, async () => {
    const played = playedFrom(21);
    const everything: readonly WireItem[] = [...played.feeds, ...played.finalLoad];
    const billfold = await start(() => nowOf(played));
    await billfold.deliver(everything);
    await expectTruth(billfold, played);
    const { counts } = await billfold.untilIdle();
    const published = (await billfold.walletEvents()).length;

    await billfold.deliver(everything.toReversed());
    const after = await billfold.untilIdle();
    expect(after.counts.recordsRead).toBeGreaterThan(counts.recordsRead);
    expect(after.counts).toEqual({ ...counts, recordsRead: after.counts.recordsRead });
    expect(await billfold.walletEvents()).toHaveLength(published);
  });

  it('a stop and a start in the middle lose nothing', { timeout: 120_000 }, async () => {
    const played = playedFrom(31);
    const everything: readonly WireItem[] = [...played.feeds, ...played.finalLoad];
    const half = Math.floor(everything.length / 2);
    const first = await start(() => nowOf(played));
    await first.deliver(everything.slice(0, half));
    await first.stop();
    const second = await start(() => nowOf(played), first.folder);
    await second.deliver(everything.slice(half));
    await expectTruth(second, played);
  });
});

describe('time alone', () => {
  it('a voucher is gone at midnight, without any input', { timeout: 60_000 }, async () => {
    let now = Date.UTC(2026, 4, 10, 23, 59, 58);
    const billfold = await start(() => now);
    const at = '2026-05-01T08:00:00.000+0000';
    const member = '0038d00000Qz7AbAAJ';
    const row = (object: string, fields: object): WireItem => ({
      type: 'file',
      object,
      executionId: 'run-1',
      fileName: 'part',
      extractedAtMs: Date.UTC(2026, 4, 2),
      text: `${JSON.stringify({ LastModifiedDate: at, SystemModstamp: at, IsDeleted: false, ...fields })}\n`,
    });
    await billfold.deliver([
      row('Contact', { Id: member, MemberNumber__c: 'M-1' }),
      row('Voucher__c', { Id: 'a0V8d000000000001A', Member__c: member, Status__c: 'Issued', ValidTo__c: '2026-05-10' }),
    ]);
    await billfold.untilIdle();
    expect((await billfold.passOf(member))?.promotions).toMatchObject([{ state: 'expiring', validTo: '2026-05-10' }]);

    // One, or two where the contact was folded before its voucher.
    const before = (await billfold.walletEvents()).length;
    now = Date.UTC(2026, 4, 11, 0, 0, 0);
    await expect.poll(async () => (await billfold.walletEvents()).length, { timeout: 10_000 }).toBe(before + 1);
    const update = (await billfold.walletEvents()).at(-1);
    expect(update?.data.changed).toEqual(['promotions']);
    expect(update?.data.pass.promotions).toEqual([]);
    expect(update?.metadata).toMatchObject({
      revision: before + 1,
      occurredAt: '2026-05-11T00:00:00.000Z',
      lane: 'bulk',
    });
  });
});
