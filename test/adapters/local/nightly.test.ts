import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { localJobs } from '#adapters/local/jobs.ts';
import { lastTime, nightly } from '#adapters/local/nightly.ts';
import { topology } from '#adapters/topology.ts';
import { bought, enrolled } from '#test/contract/given.ts';
import { idOf, verifyAll, workshop } from '#test/support/rebuilding.ts';

const EVENING = Date.parse('2026-11-20T22:00:00Z');
const HOUR_MS = 3_600_000;

/** The store of a shop with three members, and what a process over it does at night. */
const shop = async () => {
  const made = workshop();
  for (const member of [1, 2, 3]) await made.happens(idOf(member), enrolled('Ada'), bought('801'));
  const places = new Map<string, string>();
  let now = EVENING;
  const started = () => {
    const { isStopping: _, ...deps } = { ...made.process(), clock: () => now };
    const logged: { readonly type: string }[] = [];
    const log = (line: { readonly type: string }): void => void logged.push(line);
    const jobs = localJobs({ ...deps, log });
    const checkpoints = {
      load: async (name: string) => places.get(name) ?? null,
      save: async (name: string, place: string) => void places.set(name, place),
    };
    const night = nightly({ declared: topology.nightly, jobs, checkpoints, clock: () => now, log });
    /** Rounds until the jobs that they started have ended and were told of. */
    const settled = async (): Promise<void> => {
      await night.round();
      while ((await jobs.underWay()) !== null) await new Promise((resolve) => setImmediate(resolve));
      await night.round();
    };
    const listed = async () => {
      const list = await jobs.list();
      return E.isRight(list) ? list.right.map(({ request }) => request.type) : [];
    };
    return { ...night, jobs, settled, listed, typesLogged: () => logged.map(({ type }) => type) };
  };
  const pass = (hours: number): void => {
    now += hours * HOUR_MS;
  };
  return { ...made, started, pass };
};

describe('each night', () => {
  test('also the next after a clock that was days ahead for a while', async () => {
    const made = await shop();
    const process = made.started();
    await process.settled();
    made.pass(9 * 24);
    await process.settled();
    await process.settled();
    const before = (await process.listed()).length;
    made.pass(-9 * 24);
    await process.settled();
    expect(await process.listed(), 'nothing is due').toHaveLength(before);
    made.pass(6);
    await process.settled();
    await process.settled();
    expect(await process.listed()).toHaveLength(before + 2);
  });

  test('members are reconciled, and some verified; once, and not in the night that a store is made', async () => {
    const made = await shop();
    const process = made.started();
    await process.settled();
    expect(await process.listed()).toEqual([]);
    expect(await process.status()).toMatchObject([{ last: null }, { last: null }]);
    made.pass(4);
    await process.settled();
    expect(await process.listed()).toEqual(['reconcile']);
    made.pass(2);
    await process.settled();
    await made.started().settled();
    expect(await process.listed()).toEqual(['verify', 'reconcile']);
    expect(await process.status()).toEqual([
      {
        ...{ job: 'reconcile', isDue: false, jobId: expect.any(String), nextAt: '2026-11-22T01:30:00.000Z' },
        last: {
          ...{ dueAt: '2026-11-21T01:30:00.000Z', startedAt: '2026-11-21T02:00:00.000Z', isLate: false },
          ...{ endedAt: '2026-11-21T02:00:00.000Z', state: 'done' },
        },
      },
      {
        ...{ job: 'verify', isDue: false, jobId: expect.any(String), nextAt: '2026-11-22T03:30:00.000Z' },
        last: expect.objectContaining({ dueAt: '2026-11-21T03:30:00.000Z', isLate: false, state: 'done' }),
      },
    ]);
    expect(process.typesLogged()).not.toContain('NightlyFound');
  });

  test('a machine that slept makes up for the nights it missed, once', async () => {
    const made = await shop();
    await made.started().settled();
    made.pass(24 * 5);
    const process = made.started();
    await process.settled();
    await process.settled();
    expect(await process.listed()).toEqual(['verify', 'reconcile']);
    expect(await process.status()).toMatchObject([
      { last: { dueAt: '2026-11-25T01:30:00.000Z', startedAt: '2026-11-25T22:00:00.000Z', isLate: true } },
      { last: { isLate: true } },
    ]);
  });

  test('what nothing else would have mended is mended, and said once', async () => {
    const made = await shop();
    const process = made.started();
    await process.settled();
    await made.lose(idOf(2));
    made.pass(4);
    await process.settled();
    await process.settled();
    expect(await made.live(idOf(2))).toMatchObject(await made.fromNothing(idOf(2)));
    expect(process.typesLogged().filter((type) => type === 'NightlyFound')).toHaveLength(1);
  });

  test('where another job runs, it is waited for', async () => {
    const made = await shop();
    const process = made.started();
    await process.settled();
    made.pass(4);
    await process.jobs.start(verifyAll);
    await process.round();
    expect(await process.status()).toMatchObject([
      { job: 'reconcile', isDue: true },
      { job: 'verify', isDue: false },
    ]);
    await process.settled();
    await process.settled();
    expect(await process.status()).toMatchObject([{ last: { state: 'done', isLate: false } }, { last: null }]);
    expect(await process.listed()).toEqual(['reconcile', 'verify']);
  });
});

test.each([
  ['2026-11-20T01:30:00Z', '2026-11-20T01:30:00Z'],
  ['2026-11-20T01:29:59Z', '2026-11-19T01:30:00Z'],
  ['2026-11-20T23:00:00Z', '2026-11-20T01:30:00Z'],
])('at %s the last 01:30 was at %s', (now, last) => {
  expect(lastTime('01:30', Date.parse(now))).toBe(Date.parse(last));
});
