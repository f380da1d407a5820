import { describe, expect, it } from 'vitest';
import { startMeter } from '#adapters/local/meter.ts';
import { meteredFunctions } from '#adapters/local/meteredFunctions.ts';
import { onceA } from '#adapters/local/onceA.ts';
import { activity } from '#adapters/local/status.ts';
import type { LoadReport } from '#adapters/source/loadFile.ts';

const started = () => {
  let now = 1_000_000;
  const meter = startMeter(() => now);
  return {
    meter,
    part: meter.of('queues/ingest'),
    read: () => meter.read('queues/ingest'),
    pass: (ms: number) => (now += ms),
  };
};

describe('a meter', () => {
  it('counts what passed since the start, and how fast over the last five seconds', () => {
    const { part, read, pass } = started();
    part.passed(100);
    pass(10_000);
    part.passed(20);
    pass(1_000);
    part.passed(5);
    expect(read()).toMatchObject({ passed: 125, perSecond: 5, lastAt: 1_011_000 });
    pass(5_000);
    expect(read()).toMatchObject({ passed: 125, perSecond: 0 });
  });

  it('keeps the last failures and the last items, newest first, and no more than a screen of them', () => {
    const { part, read } = started();
    for (let at = 0; at < 30; at += 1) {
      part.failed(1, `reason ${at}`);
      part.saw([{ id: `${at}`, what: 'x', at: '', memberId: null }]);
    }
    expect(read().failures.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 10 }, (_, at) => `reason ${29 - at}`),
    );
    expect(read().seen.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => `${29 - at}`));
    expect(read().failed).toBe(30);
  });

  it('of one part says nothing of another', () => {
    const { meter, part } = started();
    part.passed(1);
    expect(meter.read('queues/relayLive').passed).toBe(0);
  });
});

describe('a metered function', () => {
  const call = async (answer: () => Promise<unknown>, records: unknown[]) => {
    const { meter } = started();
    const { projector } = meteredFunctions(meter, [], { projector: answer });
    const result = await projector?.(records).catch(() => 'threw');
    return { result, ...meter.read('functions/projector') };
  };

  it('answers as it would, and what it named as failed did not pass', async () => {
    const answer = { batchItemFailures: [{ itemIdentifier: 'b' }] };
    const after = await call(async () => answer, ['a', 'b', 'c']);
    expect(after).toMatchObject({ result: answer, passed: 2, failed: 1, calls: 1 });
  });

  it('that throws still throws, and is counted with its reason', async () => {
    const thrown = () => Promise.reject(new Error('no store'));
    const after = await call(thrown, ['a', 'b']);
    expect(after).toMatchObject({ result: 'threw', passed: 0, failed: 2, calls: 1 });
    expect(after.failures).toMatchObject([{ reason: 'Error: no store', items: 2 }]);
  });
});

describe('an answer for all who ask', () => {
  it('is asked for once, however many ask, and again after a failure', async () => {
    let asked = 0;
    const answer = onceA(60_000, async () => {
      asked += 1;
      if (asked === 1) throw new Error('not yet');
      return asked;
    });
    await expect(answer()).rejects.toThrow('not yet');
    expect(await Promise.all([answer(), answer(), answer()])).toEqual([2, 2, 2]);
  });
});

describe('the files that were read', () => {
  const report = { ...{ rows: 3, recordsChanged: 1, eventsAppended: 1 }, audit: {} as LoadReport['audit'] };

  it('are the last items of their bucket, with what of them is in quarantine, and what could not be read is among its failures', () => {
    const { meter } = started();
    const files = activity(() => new Date('2026-11-22T12:00:00Z'), meter);
    files.loaded('Order/a.jsonl', { ...report, quarantined: 0 });
    files.loaded('Order/b.jsonl', { ...report, quarantined: 2 });
    files.fileFailed('Order/c.gz', 'no gzip');
    const { seen, failures } = meter.read('buckets/landing');
    expect(seen.map(({ what }) => what)).toEqual(['Order/b.jsonl: 3 rows, 2 in quarantine', 'Order/a.jsonl: 3 rows']);
    expect(failures).toMatchObject([{ reason: 'Order/c.gz: no gzip', items: 1 }]);
  });
});
