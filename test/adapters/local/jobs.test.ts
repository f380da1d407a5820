import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { localJobs } from '#adapters/local/jobs.ts';
import { type JobDeps, type JobRequest, registry } from '#domain/index.ts';
import { bought, enrolled, got } from '#test/contract/given.ts';
import {
  back,
  diffOf,
  idOf,
  lost,
  type OnRequest,
  promoteOf,
  reconcileOf,
  replayOf,
  tier3,
  verifyAll,
  workshop,
} from '#test/support/rebuilding.ts';

const shop = async () => {
  const made = workshop();
  for (let member = 1; member <= 30; member++) await made.happens(idOf(member), enrolled('Ada'), bought('801'));
  return made;
};
type Shop = Awaited<ReturnType<typeof shop>>;

/** The jobs of one process. */
const jobsOf = (made: Shop, onRequest?: OnRequest, more: Partial<JobDeps> = {}) => {
  const logged: unknown[] = [];
  const { isStopping: _, ...deps } = { ...made.process(onRequest), ...more };
  return { ...localJobs({ ...deps, log: (line) => logged.push(line) }), logged };
};
type OfProcess = ReturnType<typeof jobsOf>;
const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(`expected a result, got ${JSON.stringify(result.left)}`);
  return result.right;
};
const ended = async ({ report }: OfProcess, id: string) => {
  for (;;) {
    const job = right(await report(id));
    if (job?.state !== 'running') return job;
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const run = async (jobs: OfProcess, request: JobRequest) => ended(jobs, right(await jobs.start(request)).id);
/** Stands still at a request of that name until it is let go. */
const gate = (at: string) => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const onRequest: OnRequest = async (name) => {
    if (name !== at) return undefined;
    reach();
    await opened;
    return undefined;
  };
  return { onRequest, open: () => open(), reached };
};

describe('the jobs of a process', () => {
  test('run to their end, and are listed newest first, with what they counted', async () => {
    const jobs = jobsOf(await shop());
    const replay = await run(jobs, replayOf());
    expect(replay).toMatchObject({
      state: 'done',
      failure: null,
      size: 30,
      walked: 30,
      tally: { counts: { members: 30 } },
    });
    await run(jobs, verifyAll);
    expect(right(await jobs.list()).map(({ request }) => request.type)).toEqual(['verify', 'replay']);
    expect(right(await jobs.report('nothing'))).toBeNull();
    expect(jobs.logged).toEqual([]);
  });

  test('walk all of their segments', async () => {
    const replay = await run(jobsOf(await shop()), { ...replayOf(), segments: 3 } as JobRequest);
    expect(replay).toMatchObject({ state: 'done', walked: 30, tally: { counts: { members: 30 } } });
  });

  test('asked for in the same words while they run are followed; another is told to wait', async () => {
    const { onRequest, open, reached } = gate('views.loadFolded');
    const jobs = jobsOf(await shop(), onRequest);
    const { id } = right(await jobs.start(replayOf()));
    await reached;
    expect(right(await jobs.start(replayOf()))).toMatchObject({ id, state: 'running' });
    expect(right(await jobs.resume(id))).toMatchObject({ id });
    for (const refused of [await jobs.start(verifyAll), await jobs.resume('another')])
      expect(refused).toMatchObject(
        E.left({ type: 'Busy', message: `The replay ${id} is under way: wait for it, or follow it.` }),
      );
    open();
    expect(await ended(jobs, id)).toMatchObject({ state: 'done' });
    expect(right(await jobs.list())).toHaveLength(1);
  });

  test('asked for at the same moment are one where the words are the same, else one of them has to wait', async () => {
    const made = await shop();
    const jobs = jobsOf(made);
    const [one, same, other] = await Promise.all([
      jobs.start(replayOf()),
      jobs.start(replayOf()),
      jobs.start(verifyAll),
    ]);
    expect(right(one).id).toBe(right(same).id);
    expect(other).toMatchObject(E.left({ type: 'Busy' }));
    await ended(jobs, right(one).id);
    expect(right(await jobs.list())).toHaveLength(1);
  });

  test('that failed go on where they stopped when asked for again in the same words', async () => {
    const made = await shop();
    let pages = 0;
    const jobs = jobsOf(made, (name) => Promise.resolve(name === 'events.scan' && ++pages === 3 ? lost : undefined));
    const failed = await run(jobs, replayOf());
    expect(failed).toMatchObject({ state: 'failed', failure: 'test: the store is unavailable (request lost)' });
    const walked = failed?.walked ?? 0;
    expect(walked).toBeGreaterThan(0);
    const again = right(await jobs.start(replayOf()));
    expect(again).toMatchObject({ id: failed?.id, state: 'running', walked, failure: null });
    expect(await ended(jobs, again.id)).toMatchObject({
      state: 'done',
      walked: 30,
      tally: { counts: { members: 30 } },
    });
  });

  test('that are finished are not gone on with: the same words begin anew', async () => {
    const jobs = jobsOf(await shop());
    const first = await run(jobs, replayOf());
    expect(await jobs.resume(first?.id ?? '')).toEqual(
      E.left({ type: 'NotResumable', message: `The replay ${first?.id} is finished.` }),
    );
    expect(await jobs.resume('none')).toEqual(E.left({ type: 'NoSuchJob', message: 'There is no job none.' }));
    const second = await run(jobs, replayOf());
    expect(second?.id).not.toBe(first?.id);
    expect((second?.id ?? '') > (first?.id ?? '')).toBe(true);
  });

  test('a comparison or promotion that was refused is made anew, not gone on with', async () => {
    const made = await shop();
    const without = jobsOf(made, undefined, {
      registry: { main: registry.main, candidates: [{ ...tier3, version: 4 }] },
    });
    const refused = await run(without, promoteOf('tier@4'));
    expect(refused).toMatchObject({ state: 'failed', comparison: { counts: { missing: 30 } } });
    await run(without, replayOf('tier@4'));
    expect(await run(without, promoteOf('tier@4'))).toMatchObject({
      ...{ state: 'done', comparison: { counts: { members: 30 } }, tally: { counts: { members: 30, pushes: 30 } } },
    });
  });

  test.each(['releases.replace', 'jobs.saveSegment', 'releases.walkTo', 'views.scan'])(
    'a promotion that lost the answer of any %s is gone on with in the same words',
    async (name) => {
      for (let which = 1; ; which++) {
        const made = await shop();
        const real = made.process();
        let calls = 0;
        const losing = <Store extends object>(store: Store, storeName: string): Store =>
          Object.fromEntries(
            Object.entries(store).map(([method, call]) => [
              method,
              (...args: readonly unknown[]) =>
                async () => {
                  const answer = await (call as (...all: readonly unknown[]) => () => Promise<unknown>)(...args)();
                  return name === `${storeName}.${method}` && ++calls === which ? E.left(lost) : answer;
                },
            ]),
          ) as Store;
        const { views, releases, jobs: store } = real;
        const jobs = jobsOf(made, undefined, {
          views: losing(views, 'views'),
          releases: losing(releases, 'releases'),
          jobs: losing(store, 'jobs'),
        });
        const first = await run(jobs, promoteOf());
        const isOver = first?.state === 'done';
        if (!isOver) expect(await run(jobs, promoteOf())).toMatchObject({ state: 'done' });
        expect(await got(made.stores.releases.load())).toMatchObject({ epoch: 2, walk: null });
        expect(made.published.filter(({ live }) => live.epoch === 2)).toHaveLength(30);
        if (isOver) break;
      }
    },
  );

  test('that the process before left are gone on with at the start', async () => {
    const made = await shop();
    const { onRequest, open, reached } = gate('events.scan');
    const before = jobsOf(made, onRequest);
    const { id } = right(await before.start(replayOf()));
    await reached;
    const stopped = before.stop();
    open();
    await stopped;
    expect(right(await before.report(id))).toMatchObject({ state: 'running' });
    const after = jobsOf(made);
    await after.goOn();
    expect(await ended(after, id)).toMatchObject({ state: 'done', walked: 30, tally: { counts: { members: 30 } } });
    const idle = jobsOf(made);
    await idle.goOn();
    expect(right(await idle.list())).toHaveLength(1);
  });

  test('a promotion that is stopped in the middle of a page pushes no more, and the next process the rest', async () => {
    const made = await shop();
    const promoted = () => made.published.filter(({ live }) => live.epoch === 2).length;
    let isCutShort = false;
    const before: OfProcess = jobsOf(made, undefined, {
      // As a process that ends does: no pause lasts any more.
      pause: (ms) => {
        if (!isCutShort && promoted() < 7) made.wait(ms);
        else if (!isCutShort) {
          isCutShort = true;
          void before.stop();
        }
        return Promise.resolve();
      },
    });
    const { id } = right(await before.start(promoteOf('tier@3', 5)));
    while (!isCutShort) await new Promise((resolve) => setImmediate(resolve));
    await before.stop();
    expect(promoted()).toBe(7);
    const after = jobsOf(made);
    await after.goOn();
    expect(await ended(after, id)).toMatchObject({ state: 'done', tally: { counts: { members: 30, pushes: 30 } } });
    expect(promoted()).toBe(30);
  });

  test('are refused where they mean nothing, with what there is', async () => {
    const jobs = jobsOf(await shop());
    expect(await jobs.start(replayOf('bonus'))).toEqual(
      E.left({
        type: 'UnknownProjection',
        message:
          'No projection is called bonus. Registered: holder@1, spend@2, tier@2, promotions@2, memberTier@1, points@1, tier@3.',
      }),
    );
    expect(await jobs.start(diffOf('tier@2'))).toMatchObject(E.left({ type: 'AlreadyLive' }));
    expect(await jobs.start(back)).toMatchObject(E.left({ type: 'NoWayBack' }));
    expect(right(await jobs.list())).toEqual([]);
    const none = jobsOf(await shop(), undefined, { registry: { main: registry.main, candidates: [] } });
    expect(await none.start(diffOf())).toMatchObject(E.left({ type: 'NoCandidate' }));
  });

  test('whose end could not be noted at once are noted later, so that who follows them sees it', async () => {
    const made = await shop();
    let saves = 0;
    const jobs = jobsOf(made, (name) =>
      Promise.resolve(name === 'jobs.save' && [2, 3].includes(++saves) ? lost : undefined),
    );
    const { id } = right(await jobs.start(reconcileOf()));
    expect(await ended(jobs, id)).toMatchObject({ state: 'done' });
  });

  test('that a broken program ends are failed, not running for ever', async () => {
    const made = await shop();
    const jobs = jobsOf(made, (name) =>
      name === 'views.loadMany' ? Promise.reject(new Error('broken')) : Promise.resolve(undefined),
    );
    expect(await run(jobs, reconcileOf())).toMatchObject({ state: 'failed', failure: 'broken' });
  });
});
