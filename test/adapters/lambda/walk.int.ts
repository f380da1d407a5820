import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { dynamoDbJobStore } from '#adapters/dynamodb/jobStore.ts';
import { dynamoDbJobTurnStore } from '#adapters/dynamodb/jobTurnStore.ts';
import { type Invocation, walkHandler } from '#adapters/lambda/walk.ts';
import { topology } from '#adapters/topology.ts';
import { emptyHead, type JobRequest, memberStream, type TurnDeps } from '#domain/index.ts';
import { appendOf, at, bought, enrolled, got } from '#test/contract/given.ts';
import { freshStores, storesVia } from '#test/support/dynamodbStores.ts';
import { diffOf, idOf, promoteOf, replayOf, verifyAll, withTier3 } from '#test/support/rebuilding.ts';

const MEMBERS = 40;

/** Forty members whose events nobody folded, and the function that walks over their tables. */
const open = async () => {
  const stores = await freshStores(() => at);
  for (let member = 1; member <= MEMBERS; member++)
    await got(stores.events.append(appendOf([enrolled('Ada'), bought('801')], emptyHead(memberStream(idOf(member))))));
  const jobs = dynamoDbJobStore(stores.database);
  const turns = dynamoDbJobTurnStore(stores.database);
  const running = new Set<string>();
  const isRunning: TurnDeps['isRunning'] = ({ startedBy }) => TE.right(running.has(startedBy));
  /** A process of its own. */
  const walker = () =>
    walkHandler({
      ...storesVia(stores, stores.database.dynamodb, () => at),
      ...{ jobs, turns, registry: withTier3, clock: () => at, timeZone: 'UTC', pause: () => Promise.resolve() },
      publications: { revisions: () => TE.right(null), restate: () => TE.right(undefined) },
    });
  const whole: Invocation = { isRunning, remainingMs: () => 900_000 };
  const step = (input: unknown, invocation: Partial<Invocation> = {}) =>
    walker()(input, { ...whole, ...invocation }) as Promise<never>;
  const plan = (request: object, startedBy = 'one'): Promise<{ jobId: string; segments: readonly number[] }> => {
    running.add(startedBy);
    return step({ action: 'plan', request, startedBy });
  };
  const untilDone = async (jobId: string, segment: number, invocation: Partial<Invocation> = {}): Promise<number> => {
    for (let steps = 1; ; steps++) {
      const { state } = (await step({ action: 'walk', jobId, segment }, invocation)) as { state: string };
      if (state === 'done') return steps;
    }
  };
  const run = async (request: object) => {
    const { jobId, segments } = await plan(request);
    await Promise.all(segments.map((segment) => untilDone(jobId, segment)));
    await step({ action: 'end', jobId });
    return got(jobs.load(jobId));
  };
  return { stores, jobs, turns, running, step, plan, untilDone, run };
};

const in3 = { ...replayOf(), segments: 3 } as JobRequest;
/** Time for one page, and no other. */
const shortly = (): Pick<Invocation, 'remainingMs'> => {
  let looks = 0;
  return { remainingMs: () => (looks++ === 0 ? 900_000 : 1_000) };
};

describe('the steps of a job', () => {
  test('a replay: planned, walked a segment at a time, ended', async () => {
    const { stores, jobs, turns, step, plan, untilDone } = await open();
    const planned = await plan(in3, 'replay-1');
    expect(planned).toEqual({ jobId: expect.stringMatching(/^\d{17}$/), segments: [0, 1, 2] });
    const { jobId } = planned;
    expect(await got(turns.load())).toEqual({
      ...{ startedBy: 'replay-1', takenAt: at, job: { id: jobId, revisionFloor: 0 } },
    });
    expect(await step({ action: 'walk', jobId, segment: 1 })).toEqual({ jobId, segment: 1, state: 'done' });
    await expect(step({ action: 'end', jobId })).rejects.toThrow(`The replay ${jobId} is not at its end.`);
    for (const segment of [2, 0]) await untilDone(jobId, segment);
    expect(await step({ action: 'end', jobId })).toEqual({
      jobId,
      found: expect.objectContaining({ members: MEMBERS }),
    });
    expect(await got(jobs.load(jobId))).toMatchObject({ state: 'done', endedAt: at, failure: null });
    expect(await got(turns.load())).toBeNull();
    expect(await got(stores.views.load(idOf(7)))).toMatchObject({ asOf: 2, revision: 1 });
  });

  test('the end of what a night does says which job of the night it was, whoever asked for it, and of nothing else', async () => {
    const { plan, untilDone, step } = await open();
    const ended = async (request: object) => {
      const { jobId, segments } = await plan(request, JSON.stringify(request));
      await Promise.all(segments.map((segment) => untilDone(jobId, segment)));
      return step({ action: 'end', jobId }) as Promise<{ readonly night?: string }>;
    };
    for (const [night, { request }] of Object.entries(topology.nightly)) {
      expect(await ended(request)).toMatchObject({ night });
      expect(await ended({ ...request, segments: 2 })).not.toHaveProperty('night');
    }
  });

  test('what walks over LIVE is one part, so that its pushes are counted in one place', async () => {
    const { run, plan, step, stores } = await open();
    await run(replayOf());
    expect(await plan(diffOf())).toMatchObject({ segments: [0] });
    const turn = await plan(diffOf());
    await step({ action: 'walk', jobId: turn.jobId, segment: 0 });
    await step({ action: 'end', jobId: turn.jobId });
    expect(await run(promoteOf())).toMatchObject({ state: 'done' });
    expect(await got(stores.releases.load())).toMatchObject({ epoch: 2, walk: null });
  });

  test('with little time left there is more, and the next invocation goes on', async () => {
    const { plan, untilDone, step, stores } = await open();
    await Promise.all(
      Array.from({ length: 300 }, (_, member) =>
        got(stores.events.append(appendOf([enrolled('A'.repeat(9_000))], emptyHead(memberStream(idOf(member + 100)))))),
      ),
    );
    const { jobId } = await plan(replayOf());
    expect(await step({ action: 'walk', jobId, segment: 0 }, { remainingMs: () => 80_000 })).toMatchObject({
      state: 'more',
    });
    expect(await untilDoneShortly(step, jobId)).toBeGreaterThan(1);
    expect(await untilDone(jobId, 0)).toBe(1);
    await step({ action: 'end', jobId });
  });

  test('planned again by the same execution, it is the same job', async () => {
    const { plan, jobs } = await open();
    const planned = await plan(in3);
    expect(await plan(in3)).toEqual(planned);
    expect(await got(jobs.list(10))).toHaveLength(1);
  });

  test('of two at once the second is refused, whatever it asks for, and told which is under way', async () => {
    const { plan } = await open();
    const { jobId } = await plan(in3, 'one');
    for (const request of [in3, verifyAll])
      await expect(plan(request, 'two')).rejects.toMatchObject({
        ...{ name: 'JobBusy', message: `The replay ${jobId} is under way: wait for it, or follow it.` },
      });
  });

  test('of several that begin at the same moment one does', async () => {
    const { plan, jobs } = await open();
    const planned = await Promise.allSettled(['one', 'two', 'three'].map((by) => plan(in3, by)));
    expect(planned.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await got(jobs.list(10))).toHaveLength(1);
  });

  test('the turn of an execution that is no more is free: the same words go on, other words begin anew', async () => {
    const { plan, jobs, running, step, turns } = await open();
    const { jobId } = await plan(in3, 'one');
    await step({ action: 'walk', jobId, segment: 0 });
    running.delete('one');
    expect(await plan(in3, 'two')).toMatchObject({ jobId });
    running.delete('two');
    const other = await plan(verifyAll, 'three');
    expect(other.jobId).not.toBe(jobId);
    expect(await got(turns.load())).toMatchObject({ startedBy: 'three' });
    expect(await got(jobs.load(jobId))).toMatchObject({ state: 'failed', failure: 'What ran it ended before it did.' });
    await expect(step({ action: 'walk', jobId, segment: 1 })).rejects.toMatchObject({ name: 'JobFailed' });
  });

  test('one that failed says why, leaves the turn, and goes on in the same words', async () => {
    const { plan, jobs, turns, step, untilDone } = await open();
    const { jobId, segments } = await plan(in3, 'one');
    await untilDone(jobId, 2);
    const cause = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'timed out after 900.00 seconds' });
    await step({ action: 'fail', jobId, cause });
    expect(await got(jobs.load(jobId))).toMatchObject({ state: 'failed', failure: 'timed out after 900.00 seconds' });
    expect(await got(turns.load())).toBeNull();
    expect(await plan(in3, 'two')).toEqual({ jobId, segments });
    for (const segment of segments) await untilDone(jobId, segment);
    await step({ action: 'end', jobId });
    expect(await got(jobs.load(jobId))).toMatchObject({ state: 'done', failure: null });
  });

  test('what means nothing is refused, and leaves the turn', async () => {
    const { plan, step, turns } = await open();
    await expect(plan(replayOf('bonus'))).rejects.toMatchObject({
      ...{ name: 'JobFailed', message: expect.stringMatching(/^No projection is called bonus/) },
    });
    expect(await got(turns.load())).toBeNull();
    await expect(plan({ type: 'replay', segments: 0 })).rejects.toThrow('request: segments: expected a whole number');
    await expect(plan({ type: 'reply' })).rejects.toThrow('request: type: expected one of replay, verify');
    await expect(step({ action: 'walk', jobId: '1' })).rejects.toThrow('step: expected an action');
    await expect(step({ action: 'walk', jobId: '1', segment: 0 })).rejects.toThrow('not the turn of job 1 any more');
    const { jobId } = await plan(in3);
    await expect(step({ action: 'walk', jobId, segment: 3 })).rejects.toThrow(`The job ${jobId} has no segment 3.`);
  });
});

const untilDoneShortly = async (step: (input: unknown, at: Partial<Invocation>) => Promise<never>, jobId: string) => {
  for (let steps = 1; ; steps++) {
    const { state } = (await step({ action: 'walk', jobId, segment: 0 }, shortly())) as { state: string };
    if (state === 'done') return steps;
  }
};
