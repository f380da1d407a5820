import { describe, expect, it } from 'vitest';
import { addTallies, counted, MAX_SAMPLES, noTally } from '#domain/rebuild/tally.ts';

const sample = (member: number, ...changed: readonly string[]) => ({ memberId: `m${member}`, changed });
const all = (samples: readonly object[]) =>
  samples.reduce<typeof noTally>((sum, one) => addTallies(sum, counted({ members: 1 }, [one])), noTally).samples;

describe('the samples of a tally', () => {
  const common = Array.from({ length: 50 }, (_, at) => sample(at, 'tier.progress'));

  it('are the first ones, and no more of what all have in common', () => {
    expect(all(common)).toEqual(common.slice(0, MAX_SAMPLES));
    expect(all(common.map(({ memberId }) => ({ memberId, missing: 'tier@3' })))).toHaveLength(MAX_SAMPLES);
  });

  it('hold three of what seldom differs, however late it comes', () => {
    const seldom = [100, 101, 102, 103].map((member) => sample(member, 'tier.progress', 'tier.name'));
    expect(all([...common, ...seldom])).toEqual([...common.slice(0, MAX_SAMPLES), ...seldom.slice(0, 3)]);
  });

  it('are the same however the walk was cut', () => {
    const some = [...common.slice(0, 30), sample(200, 'tier.name'), ...common.slice(30), sample(201, 'spend')];
    const parts = [some.slice(0, 17), some.slice(17, 33), some.slice(33)].map((part) => ({
      ...noTally,
      samples: all(part),
    }));
    expect(parts.reduce(addTallies, noTally).samples).toEqual(all(some));
  });

  it('are never too many to be stored', () => {
    const seldom = Array.from({ length: 300 }, (_, at) => sample(at, `custom.${at}`));
    expect(all(seldom)).toHaveLength(60);
    const sized = (length: number) => seldom.map((one) => ({ ...one, before: 'x'.repeat(length) }));
    for (const length of [1_900, 7_900, 100_000])
      expect(JSON.stringify(all([...sized(length), ...seldom, ...sized(length)])).length).toBeLessThan(300_000);
    expect(all(sized(100_000))).toEqual([]);
  });
});
