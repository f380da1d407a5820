import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import {
  emptyHeadMemory,
  type HeadMemory,
  type IngestDeps,
  ingest,
  lastVersion,
  memberStream,
  type Observation,
} from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { event } from '#test/support/scenario.ts';

const memberOf = (index: number): string => salesforceId('Contact', index);

/** A member's own record, and an order of that member's: each says something new. */
const joins = (member: number): Observation =>
  event('Contact', { MemberNumber__c: `M-${member}` }, { id: memberOf(member), at: 1 })(member);
const buys = (member: number, order: number): Observation =>
  event(
    'Order',
    { BillToContactId: memberOf(member), Status: 'Activated', TotalAmount: '1' },
    { id: salesforceId('Order', 1_000 * member + order), at: 1 },
  )(order);

/** So many commits of each member that came before its own record, by a process that is gone. */
const opened = async (commitsBefore: readonly number[]) => {
  const { deps } = ingesting();
  for (const [member, commits] of commitsBefore.entries())
    for (let order = 0; order < commits; order++) await ingest(deps)([buys(member, order)])();
  return deps;
};

type Counts = { reads: number; commits: number; lost: number };

/** Another process, that remembers what it says. */
const counting = (deps: IngestDeps, heads: HeadMemory): { readonly deps: IngestDeps; readonly counts: Counts } => {
  const counts: Counts = { reads: 0, commits: 0, lost: 0 };
  return {
    counts,
    deps: {
      ...{ ...deps, heads },
      events: {
        ...deps.events,
        head: (stream, consistency) => {
          counts.reads += 1;
          return deps.events.head(stream, consistency);
        },
      },
      records: {
        ...deps.records,
        commit: (transaction) => async () => {
          const committed = await deps.records.commit(transaction)();
          counts.commits += 1;
          if (E.isLeft(committed)) counts.lost += 1;
          return committed;
        },
      },
    },
  };
};

const done = async (deps: IngestDeps, batch: readonly Observation[]): Promise<void> => {
  const { outcomes } = await ingest(deps)(batch)();
  expect(outcomes.every(({ type }) => type === 'done')).toBe(true);
};

const commitsBeforeArb = fc.array(fc.constantFrom(0, 0, 0, 1, 3), { minLength: 1, maxLength: 120, size: 'max' });

describe('a stream of a member that nobody heard of is presumed empty', () => {
  test('and where that is wrong one race is lost, after which all is as if it had been read', async () => {
    await fc.assert(
      fc.asyncProperty(commitsBeforeArb, fc.nat({ max: 3 }), async (commitsBefore, ordersBeside) => {
        const batch = commitsBefore.flatMap((_, member) => [
          joins(member),
          ...Array.from({ length: member % 7 === 0 ? ordersBeside : 0 }, (_, order) => buys(member, 100 + order)),
        ]);
        const [guessed, looked] = [await opened(commitsBefore), await opened(commitsBefore)];
        const guessing = counting(guessed, emptyHeadMemory());
        const looking = counting(looked, { ...emptyHeadMemory(), isNewEmpty: false });
        await done(guessing.deps, batch);
        await done(looking.deps, batch);

        const wrong = commitsBefore.filter((commits) => commits > 0).length;
        expect(guessing.counts.reads).toBe(wrong);
        expect(looking.counts).toEqual({ reads: commitsBefore.length, commits: looking.counts.commits, lost: 0 });
        expect(guessing.counts.lost).toBeLessThanOrEqual(Math.min(wrong, looking.counts.commits));
        expect(guessing.counts.commits).toBeLessThanOrEqual(looking.counts.commits + guessing.counts.lost);
        for (const member of commitsBefore.keys()) {
          const stream = memberStream(memberOf(member));
          expect(await got(guessed.events.load(stream))).toEqual(await got(looked.events.load(stream)));
        }
      }),
      {
        numRuns: 40,
        examples: [
          [[3, 0], 0],
          [Array.from({ length: 120 }, () => 0), 3],
          [[1, 1, 1], 2],
        ],
      },
    );
  });

  test('also by a member whose news are more than a transaction holds', async () => {
    const deps = await opened([2]);
    const { deps: fresh, counts } = counting(deps, emptyHeadMemory());
    await done(fresh, [joins(0), ...Array.from({ length: 230 }, (_, order) => buys(0, 100 + order))]);
    expect(counts.reads).toBe(1);
    const commits = await got(deps.events.load(memberStream(memberOf(0))));
    expect(commits.flatMap(({ events }) => events)).toHaveLength(233);
    for (const [index, commit] of commits.entries())
      expect(commit.version).toBe(index === 0 ? 1 : lastVersion(commits[index - 1]!) + 1);
  });

  test('and what a rival writes after the read is told by the refusal, without another read', async () => {
    const deps = await opened([2]);
    const { deps: fresh, counts } = counting(deps, emptyHeadMemory());
    const { commit } = fresh.records;
    const overtaken: typeof commit = (transaction) => async () => {
      if (counts.commits === 1) await done(deps, [buys(0, 50)]);
      return commit(transaction)();
    };
    await done({ ...fresh, records: { ...fresh.records, commit: overtaken } }, [joins(0)]);
    expect(counts).toEqual({ reads: 1, commits: 3, lost: 2 });
  });
});

test('a process that guessed wrong reads, until who is new is found to have no stream again', async () => {
  const deps = await opened([1, 1, 0, 0, 0]);
  const { deps: fresh, counts } = counting(deps, emptyHeadMemory());
  const costs: Counts[] = [];
  for (const member of [0, 1, 2, 3, 4]) {
    Object.assign(counts, { reads: 0, commits: 0, lost: 0 });
    await done(fresh, [joins(member)]);
    costs.push({ ...counts });
  }
  const read: Counts = { reads: 1, commits: 1, lost: 0 };
  const presumed: Counts = { reads: 0, commits: 1, lost: 0 };
  expect(costs).toEqual([{ reads: 1, commits: 2, lost: 1 }, read, read, presumed, presumed]);
});
