import { describe, expect, it } from 'vitest';
import {
  forgetSteps,
  removedText,
  storeName,
  verdictOf,
  wordToType,
} from '#adapters/console/page/operate/forget/forgetWords.ts';
import type { Certificate, Forgetting } from '#adapters/http/answers/forgotten.ts';

const asked: Forgetting = {
  ...{ memberId: '0038d00000Ada00AAA', askedAt: '2026-11-22T10:00:00.000Z', isSettled: false },
  ...{ isUnderWay: true, steps: [], failure: null, certificate: null },
};
const statesOf = (forgetting: Forgetting | null) => forgetSteps(forgetting).map(({ state }) => state);
const done = (...steps: readonly Forgetting['steps'][number]['step'][]) =>
  steps.map((step) => ({ step, doneAt: '2026-11-22T10:00:01.000Z' }));

describe('the steps of a forgetting', () => {
  it('wait until they are done, one after the other', () => {
    expect(statesOf(null)).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(statesOf({ ...asked, steps: done('asked', 'keys') })).toEqual([
      'done',
      'done',
      'waiting',
      'waiting',
      'waiting',
    ]);
  });

  it('stop at the one that failed, with why', () => {
    const failed = { ...asked, isUnderWay: false, steps: done('asked', 'keys'), failure: 'no store' };
    expect(forgetSteps(failed)[2]).toMatchObject({ state: 'failed', text: 'no store' });
    expect(statesOf(failed)).toEqual(['done', 'done', 'failed', 'waiting', 'waiting']);
  });

  it('of another start of the service are known by whether it is over', () => {
    const before = { ...asked, isUnderWay: false };
    expect(statesOf({ ...before, isSettled: true })).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(statesOf(before)).toEqual(['done', 'waiting', 'waiting', 'waiting', 'waiting']);
  });
});

describe('a certificate', () => {
  const removed = { walletEvents: 0, deadLetters: 0, quarantined: 0, rows: 0, devices: 0, events: 0, states: 0 };
  const clean: Certificate = {
    ...{ memberId: asked.memberId, eventId: 'member-1@2', version: 2, isClean: true, removed },
    ...{ forgottenAt: asked.askedAt, certifiedAt: asked.askedAt, pending: [], notCovered: [] },
    values: { lookedFor: 2, tooShort: 0, keyWasGone: false },
    stores: [{ store: 'files', items: 1, bytes: 10, found: 0, alike: 3, where: [] }],
  };

  it('is good only where somebody knew what to look for and found nothing', () => {
    expect(verdictOf(clean)).toMatchObject({ tone: 'good', text: expect.stringContaining('2 personal values') });
    const found = [{ store: 'files', items: 1, bytes: 10, found: 1, alike: 0, where: ['left.txt'] }];
    expect(verdictOf({ ...clean, isClean: false, stores: found })).toMatchObject({ tone: 'bad' });
    expect(verdictOf({ ...clean, isClean: false, pending: ['A phone sleeps.'] })).toMatchObject({ tone: 'warn' });
    const values = { lookedFor: 0, tooShort: 0, keyWasGone: true };
    expect(verdictOf({ ...clean, isClean: false, values }).text).toContain('Nobody knows any more');
  });

  it('names what was removed, and each store in words', () => {
    expect(removedText(removed)).toBeNull();
    expect(removedText({ ...removed, walletEvents: 1, devices: 2 })).toBe('1 wallet event, 2 registered devices');
    expect(storeName('views')).toBe('Passes');
  });
});

it('to be sure the number is typed; where there is none, the id', () => {
  expect(wordToType('0038d00000Ada00AAA', 'M-1')).toBe('M-1');
  expect(wordToType('0038d00000Ada00AAA', null)).toBe('0038d00000Ada00AAA');
});
