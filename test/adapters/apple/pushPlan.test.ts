import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  LOOK_MS,
  type Push,
  planPush,
  progressOf,
  pushed,
  readPushes,
  soundPushes,
} from '#adapters/apple/pushPlan.ts';

const EVERY_MS = 60_000;
const push = (some: Partial<Push>): Push => ({ revision: 5, round: 1, at: 0, firstAt: 0, ...some });
const planned = (last: Push | undefined, now: number, revision = 5) => planPush(last, revision, EVERY_MS, now);

describe('a device that has not fetched a revision', () => {
  it.each<[string, Push | undefined, number, ReturnType<typeof planned>]>([
    ['is pushed where it never was', undefined, 0, { type: 'Push' }],
    ['is pushed for a newer revision, a while after the one before', push({ revision: 4 }), EVERY_MS, { type: 'Push' }],
    ['is not pushed for a newer one at once', push({ revision: 4 }), EVERY_MS - 1, { type: 'Hold', until: EVERY_MS }],
    ['is looked at after a quarter of an hour', push({}), 1, { type: 'Await', until: LOOK_MS }],
    ['is pushed again then', push({}), LOOK_MS, { type: 'Push' }],
    [
      'is looked at again a day after the first push',
      push({ round: 2, at: LOOK_MS }),
      LOOK_MS,
      { type: 'Await', until: DAY_MS },
    ],
    ['is pushed once more then', push({ round: 2, at: LOOK_MS }), DAY_MS, { type: 'Push' }],
    [
      'has a quarter of an hour after the last push',
      push({ round: 3, at: DAY_MS }),
      DAY_MS,
      { type: 'Await', until: DAY_MS + LOOK_MS },
    ],
    ['is given up then', push({ round: 3, at: DAY_MS }), DAY_MS + LOOK_MS, { type: 'GiveUp' }],
    [
      'is pushed for a newer revision all the same',
      push({ revision: 4, round: 3, at: DAY_MS }),
      2 * DAY_MS,
      { type: 'Push' },
    ],
  ])('%s', (_name, last, now, plan) => {
    expect(planned(last, now)).toEqual(plan);
  });

  it('is pushed three times at most for each revision, never twice within the window, and for the last one in the end', () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat({ max: LOOK_MS }), isNew: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        let [now, revision, last] = [0, 1, undefined as Push | undefined];
        const pushes: { readonly at: number; readonly revision: number }[] = [];
        const look = (): void => {
          if (planned(last, now, revision).type !== 'Push') return;
          last = pushed(last, revision, now);
          pushes.push({ at: now, revision });
        };
        for (const { waitMs, isNew } of all) {
          now += waitMs;
          if (isNew) revision++;
          look();
        }
        const plan = planned(last, now, revision);
        if (plan.type === 'Hold') {
          now = plan.until;
          look();
        }
        expect(pushes.every(({ at }, nth) => nth === 0 || at - pushes[nth - 1]!.at >= EVERY_MS)).toBe(true);
        expect(
          Math.max(...pushes.map((one) => pushes.filter((other) => other.revision === one.revision).length), 0),
        ).toBeLessThanOrEqual(3);
        expect(all.length === 0 || pushes.at(-1)?.revision === revision).toBe(true);
      }),
    );
  });
});

describe('what is remembered', () => {
  it('comes back as it was', () => {
    const pushes = fc.dictionary(
      fc.stringMatching(/^[\w-]{8}$/),
      fc.record({ revision: fc.nat(), round: fc.nat(), at: fc.nat(), firstAt: fc.nat() }),
    );
    fc.assert(
      fc.property(pushes, (all) => {
        expect(readPushes(JSON.parse(JSON.stringify(progressOf(all))))).toEqual(all);
      }),
    );
  });

  it('is long ago where a clock that was ahead dated it: it is pushed again, once, and looked at as ever', () => {
    const [now, ahead] = [1_790_000_000_000, 1_790_000_000_000 + 9 * DAY_MS];
    const stored = progressOf({ phone: { revision: 3, round: 1, at: ahead, firstAt: ahead } });
    expect(planPush(readPushes(stored).phone, 3, EVERY_MS, now)).toMatchObject({ type: 'Await' });
    const { phone } = soundPushes(stored, now);
    expect(planPush(phone, 3, EVERY_MS, now)).toEqual({ type: 'Push' });
    expect(planPush(phone, 4, EVERY_MS, now)).toEqual({ type: 'Push' });
    const again = pushed(phone, 3, now);
    expect(again).toEqual({ revision: 3, round: 2, at: now, firstAt: now });
    expect(planPush(again, 3, EVERY_MS, now)).toEqual({ type: 'Await', until: now + DAY_MS });
  });

  it('is nothing where it cannot be read', () => {
    for (const strange of [null, undefined, {}, { v: 2, pushes: {} }, { v: 1, pushes: { device: { at: 1 } } }, 'text'])
      expect(readPushes(strange)).toEqual({});
  });
});
