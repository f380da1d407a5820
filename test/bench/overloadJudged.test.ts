import { describe, expect, it } from 'vitest';
import { flat, judged, type Sampled, type Seen } from './overloadJudged.ts';

const counts = { offered: 300, taken: 200, refused: 100, wrong: [] };
const sample = (at: number, heapMb: number): Sampled => ({
  ...{ at, waiting: 900, heapBytes: heapMb * 1e6, residentBytes: 200e6 },
  ...counts,
});
const seen: Seen = {
  ...{ seconds: 60, capacity: 100, limit: 1_000, recoveredSeconds: 9, lost: [], ended: [] },
  samples: Array.from({ length: 16 }, (_, at) => sample(at, 70 + (at % 3))),
  live: { quiet: [50], beside: [400], within: [9_000], after: [60] },
  flooded: counts,
  loaded: { files: 3, rows: 300 },
  asked: { callers: 4, answered: 3, refused: 1, wrong: [] },
};
const broken = (some: Partial<Seen>): readonly string[] =>
  judged({ ...seen, ...some })
    .filter(({ held }) => held === 'BROKEN')
    .map(({ promise }) => promise);

describe('an overload is judged', () => {
  it('to have held where all of it did', () => expect(broken({})).toEqual([]));

  it.each<[string, Partial<Seen>]>([
    ['more than it can do', { flooded: { ...counts, refused: 0 } }],
    ['told when to come again', { flooded: { ...counts, wrong: ['500, Retry-After null'] } }],
    ['no more waits than may', { samples: [{ ...sample(0, 70), waiting: 1_700 }] }],
    ['garbage collected, does not grow', { samples: seen.samples.map(({ at }) => sample(at, 70 + 5 * at)) }],
    ['starves no live change', { live: { ...seen.live, beside: [9_000] } }],
    ['recovers', { recoveredSeconds: 100 }],
    ['as quick as before', { live: { ...seen.live, after: [9_000] } }],
    ['callers of the API', { asked: { ...seen.asked, wrong: ['/api/passes: 500'] } }],
    ['in the passes', { lost: ['m: 1 purchases, 2 acknowledged'] }],
    ['ended by itself', { ended: ['the service'] }],
  ])('not to where it is not so: %s', (promise, some) => {
    expect(broken(some)).toEqual([expect.stringContaining(promise)]);
  });

  it('not by the time that things take in a moment', () => {
    expect(
      broken({ seconds: 2, live: { ...seen.live, beside: [9_000], after: [9_000] }, recoveredSeconds: 100 }),
    ).toEqual([]);
    expect(broken({ seconds: 2, lost: ['m'] })).toHaveLength(1);
  });

  it('not on a few looks: nothing can be said of growth', () => {
    expect(flat('memory', [1, 9e9, 9e9, 9e9])).toMatchObject({ held: 'too short to say' });
  });
});
