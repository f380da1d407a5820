import { describe, expect, it } from 'vitest';
import { attentionOf } from '#adapters/console/page/attention/attention.ts';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';

const well = {
  deadLetters: { ingestDead: 0 },
  parked: { members: 0, projections: {}, isMore: false },
  quarantined: 0,
  upkeep: {
    ...{ stale: { count: 0, items: [] }, reReads: [], absences: [] },
    runs: { open: 3, complete: 5, disagreeing: 0, failed: 0 },
  },
  paused: [],
  nightly: [],
  job: null,
  inbox: { waiting: 0, loading: null, recent: [] },
};
const found = (some: object) => attentionOf({ ...well, ...some } as unknown as RuntimeStatus);

describe('what needs attention', () => {
  it('is nothing where all is well', () => {
    expect(found({})).toEqual([]);
  });

  it('are dead letters, with the queues they were given up in', () => {
    expect(found({ deadLetters: { ingestDead: 2, relayDead: 1, other: 0 } })).toMatchObject([
      {
        ...{ tone: 'bad', title: '3 dead letters', href: '/operate/dead-letters' },
        text: 'Given up on after all tries. Change events that could not be taken in: 2; Passes that did not reach the wallets’ middleware: 1.',
      },
    ]);
  });

  it('is what does not answer, and deliveries that were given up on, with the way there', () => {
    const troubles = [
      { box: { name: 'google', label: 'Google Wallet', kind: 'outside' as const }, dead: 1_200, isDown: true },
      { box: { name: 'middleware', label: 'Middleware', kind: 'work' as const }, dead: 0, isDown: true },
    ];
    expect(attentionOf(well as unknown as RuntimeStatus, { troubles })).toMatchObject([
      { tone: 'bad', title: 'Google Wallet: 1,200 dead, breaker open', href: '/live' },
      { tone: 'bad', title: 'Middleware: no answer', href: '/?box=middleware' },
    ]);
  });

  it('are parked members, by projection', () => {
    expect(found({ parked: { members: 1, projections: { 'tier@2': 1 }, isMore: false } })).toMatchObject([
      { title: '1 member parked', text: expect.stringContaining('tier@2 1'), href: '/operate/parked' },
    ]);
  });

  it('is a job of the night that failed, and none that was late', () => {
    const night = (last: object | null) => ({ nightly: [{ job: 'verify', jobId: '7', isDue: false, last }] });
    expect(found(night({ state: 'failed', isLate: false }))).toMatchObject([
      { tone: 'warn', title: 'The night’s verify failed', href: '/operate/rebuild?job=7' },
    ]);
    expect(found(night({ state: 'done', isLate: true }))).toEqual([]);
    expect(found(night(null))).toEqual([]);
  });

  it('is what a verification of the night found, with the way to it', () => {
    const nightly = [{ job: 'verify', jobId: '7', isDue: false, last: { state: 'done', isLate: false } }];
    const job = (drifted: number) => ({
      ...{ id: '7', state: 'done', request: { type: 'verify', sample: 0.01, memberId: null } },
      tally: { counts: { members: 2, drifted } },
    });
    const of = (drifted: number) =>
      attentionOf({ ...well, nightly } as unknown as RuntimeStatus, {
        nightJobs: [job(drifted) as unknown as ShownJob],
      });
    expect(of(0)).toEqual([]);
    expect(of(1)).toMatchObject([
      { tone: 'bad', text: expect.stringContaining('differ'), href: '/operate/rebuild?job=7' },
    ]);
  });

  it('are records to be read again, by object', () => {
    const stale = { count: 2, items: [{ object: 'Order' }, { object: 'Order' }] };
    expect(found({ upkeep: { ...well.upkeep, stale } })).toMatchObject([
      {
        title: '2 records to be read again',
        text: expect.stringContaining('Something of Order changed'),
        href: '/operate/files',
      },
    ]);
  });

  it('is the quarantine, also where the store does not say how much is there', () => {
    expect(found({ quarantined: 7 })).toMatchObject([{ title: '7 in quarantine', href: '/operate/quarantine' }]);
    expect(found({ quarantined: -1 })).toMatchObject([{ title: expect.stringContaining('does not say') }]);
  });

  it('are runs that disagree or failed, and deletions that are held', () => {
    const absence = { object: 'Order', runs: ['Order/1'], known: 90, missedTwice: 30, buried: 0, state: 'held' };
    const upkeep = {
      ...well.upkeep,
      runs: { open: 0, complete: 0, disagreeing: 2, failed: 1 },
      absences: [
        { ...absence, heldBecause: 'the load is empty' },
        { ...absence, heldBecause: null },
      ],
    };
    expect(found({ upkeep })).toMatchObject([
      { title: 'Deletions of Order are held', text: expect.stringContaining('30 records') },
      { text: '2 with another number of rows than was reported, 1 failed.' },
    ]);
  });

  it('are paused pipes, and whether work waits; then what is under way', () => {
    const job = { id: '1', type: 'replay', walked: 5, size: null };
    expect(
      found({ paused: [{ pipe: 'publish', waiting: true }], job }).map(({ title, text }) => `${title}: ${text}`),
    ).toEqual([
      'The pipe publish is paused: Work waits for it. Passes go on changing here, but no wallet and no webhook is told until it is resumed.',
      'A replay is running: 5 so far.',
    ]);
  });
});
