import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { memoryJobTurnStore } from '#adapters/memory/jobTurnStore.ts';
import { beginJob, endJob, failJob, type JobRequest, partsOf, type TurnDeps, walkInTurn } from '#domain/index.ts';
import { bought, enrolled, got } from '#test/contract/given.ts';
import { idOf, lost, type OnRequest, promoteOf, replayOf, workshop } from '#test/support/rebuilding.ts';

const MEMBERS = 12;

/** Members some of whose LIVE is lost; parts of jobs over them, each walked by a process of its own. */
const shop = async () => {
  const made = workshop();
  for (let member = 1; member <= MEMBERS; member++) {
    await made.happens(idOf(member), enrolled('Ada'), bought('801'));
    if (member % 2 === 0) await made.happens(idOf(member), bought('802'));
  }
  for (let member = 1; member <= MEMBERS; member += 3) await made.lose(idOf(member));
  const turns = memoryJobTurnStore();
  let running = 'one';
  const isRunning: TurnDeps['isRunning'] = ({ startedBy }) => TE.right(startedBy === running);
  const begin = (request: JobRequest, startedBy: string, onRequest?: OnRequest) => {
    running = startedBy;
    return beginJob({ ...made.process(onRequest), turns, isRunning })(request, startedBy);
  };
  const walk = (jobId: string, part: number, onRequest?: OnRequest, isStopping = () => false) =>
    walkInTurn({ ...made.process(onRequest), turns, isStopping })(jobId, part);
  const lives = () => Promise.all(Array.from({ length: MEMBERS }, (_, index) => made.live(idOf(index + 1))));
  return { ...made, turns, begin, walk, lives, end: (id: string) => endJob({ ...made.process(), turns })(id) };
};

const in3 = { ...replayOf(), segments: 3 } as JobRequest;

/** Which part is walked next, and after how many requests its worker dies. */
const stepArb = fc.record({
  part: fc.nat(2),
  dies: fc.option(fc.integer({ min: 1, max: 30 })),
  isHurried: fc.boolean(),
});

describe('parts of a job', () => {
  test('walked by workers that die, in any order and again, give what one process gives', async () => {
    const alone = await shop();
    await alone.run(in3);
    const expected = (await alone.lives()).map(known);
    await fc.assert(
      fc.asyncProperty(fc.array(stepArb, { maxLength: 12 }), async (steps) => {
        const made = await shop();
        const { id, request } = await got(made.begin(in3, 'one'));
        for (const { part, dies, isHurried } of steps) {
          let requests = 0;
          const onRequest: OnRequest = () => Promise.resolve(dies !== null && ++requests >= dies ? lost : undefined);
          let pages = 0;
          await made.walk(id, part, onRequest, () => isHurried && pages++ > 0)();
        }
        for (const part of partsOf(request)) expect(await got(made.walk(id, part))).toBe('done');
        await got(made.end(id));
        expect((await made.lives()).map(known)).toEqual(expected);
        expect((await made.tallyOf({ ...made.jobOf(in3), id })).counts).toMatchObject({ members: MEMBERS });
      }),
      { numRuns: 60 },
    );
  });

  test('of one replay start lost members above the same floor, however late they are walked', async () => {
    const made = await shop();
    const { id } = await got(made.begin(in3, 'one'));
    const floor = await got(made.stores.releases.floor());
    for (const part of [0, 1, 2]) {
      await got(made.walk(id, part));
      await got(made.stores.releases.raiseFloor(floor + 1_000 * (part + 1)));
    }
    for (const member of [1, 4, 7, 10]) expect((await made.live(idOf(member))).revision).toBe(floor + 1);
  });

  test('begun again after any request of the beginning was lost, it is one job, and it runs', async () => {
    for (const state of ['new', 'failed'] as const)
      for (let which = 1; ; which++) {
        const made = await shop();
        if (state === 'failed') {
          const { id } = await got(made.begin(in3, 'before'));
          await got(failJob({ ...made.process(), turns: made.turns })(id, 'no answer'));
        }
        let requests = 0;
        const first = await made.begin(in3, 'one', () => Promise.resolve(++requests === which ? lost : undefined))();
        const { id } = E.isRight(first) ? first.right : await got(made.begin(in3, 'one'));
        expect(await got(made.stores.jobs.list(10))).toMatchObject([{ id, state: 'running', failure: null }]);
        expect(await got(made.turns.load())).toMatchObject({ startedBy: 'one', job: { id } });
        if (requests < which) break;
      }
  });

  test('whoever lost the turn stops after the page in hand, and says so', async () => {
    const made = await shop();
    const { id } = await got(made.begin(replayOf(), 'one'));
    let taken = false;
    const onRequest: OnRequest = async (name) => {
      if (name !== 'jobs.saveSegment' || taken) return undefined;
      taken = true;
      expect((await got(made.begin(replayOf(), 'two'))).id).toBe(id);
      return undefined;
    };
    // Of several pages.
    const walked = await made.walk(id, 0, onRequest)();
    expect(walked).toEqual(E.left({ type: 'Refused', message: `It is not the turn of job ${id} any more.` }));
    expect((await made.tallyOf({ ...made.jobOf(replayOf()), id })).counts.members).toBeLessThan(MEMBERS);
    expect((await got(made.turns.load()))?.startedBy).toBe('two');
  });

  test('a promotion pushes no more in a second than it may, also where another worker goes on with it', async () => {
    const made = await shop();
    await made.run(replayOf());
    await made.run(replayOf('tier@3'));
    const { id } = await got(made.begin(promoteOf('tier@3', 5), 'one'));
    const pushed = () => made.published.filter(({ live }) => live.epoch === 2);
    // Each dies right after its third push, before it has waited for it.
    for (let isDone = false; !isDone; ) {
      const before = pushed().length;
      const onRequest: OnRequest = () => Promise.resolve(pushed().length - before >= 3 ? lost : undefined);
      isDone = E.isRight(await made.walk(id, 0, onRequest)());
    }
    await got(made.end(id));
    expect(pushed()).toHaveLength(MEMBERS);
    for (const { at } of pushed())
      expect(pushed().filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(5);
  });
});

const known = ({
  memberId,
  asOf,
  states,
  pass,
  revision,
  epoch,
}: Awaited<ReturnType<Awaited<ReturnType<typeof shop>>['live']>>) => ({
  ...{ memberId, asOf, states, pass, revision, epoch },
});
