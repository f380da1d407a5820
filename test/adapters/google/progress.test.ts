import { expect, test } from 'vitest';
import { type Notice, noticeOf } from '#adapters/google/notice.ts';
import { notificationsLeft, notified, type Progress, progressOf, refusedOverQuota } from '#adapters/google/progress.ts';
import { googleSettings, passOf } from '#test/support/googleWallet.ts';

const HOUR = 3_600_000;
const nothing = progressOf(null);

test('what was remembered in the first version is read for good; what is something else is forgotten', () => {
  const first = { v: 1, isInserted: true, notifiedAt: [1_790_000_000_000], overQuota: 2 };
  expect(progressOf(JSON.parse(JSON.stringify(first)))).toEqual(first);
  for (const other of [null, {}, { v: 2, isInserted: true }, 'x']) expect(progressOf(other)).toEqual(nothing);
});

test('a day has room for three notifications, ours or those that Google counted, and gives each back after a day', () => {
  const three = [0, 1, 2].reduce((progress: Progress, at) => notified(progress, at * HOUR), nothing);
  expect([2, 23, 24, 25, 26].map((at) => notificationsLeft(three, at * HOUR))).toEqual([0, 0, 1, 2, 3]);
  expect(notificationsLeft(three, -HOUR), 'dated by a clock that was ahead, they do not count').toBe(3);
  const refused = refusedOverQuota(notified(nothing, 0), HOUR);
  expect(refused).toMatchObject({ overQuota: 1, notifiedAt: [0, HOUR] });
});

test('holders are told where what matters to them changed, once, and by a text where Google has no notice for it', () => {
  const told = (changed: readonly string[], more: object = {}): string => {
    const input = {
      pass: passOf(),
      revision: 4,
      changed,
      lane: 'live',
      done: 3,
      progress: nothing,
      now: 0,
      ...more,
    } as const;
    const notice: Notice = noticeOf(googleSettings(), input);
    return notice.type === 'Silent' ? notice.why : notice.type;
  };
  expect(told(['points'])).toBe('Field');
  expect(told(['tier.qualifyingSpend.amount', 'spend.lifetime'])).toBe('Field');
  expect(told(['tier.name', 'points'])).toBe('Message');
  expect(told(['tier'])).toBe('Message');
  expect(told(['holder.firstName', 'tier.progress', 'pointsOfSale'])).toBe('nothing to tell');
  expect(told(['points'], { pass: passOf({ status: 'withdrawn' }) })).toBe('nothing to tell');
  expect(told(['points'], { done: 4 })).toBe('told before');
  expect(told(['tier.name'], { pass: passOf({ tier: { ...passOf().tier, name: null } }) })).toBe('Field');
});
