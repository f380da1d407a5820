import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import {
  type AnyProjection,
  type DomainEvent,
  lineupsWith,
  memberStream,
  registry,
  segmentsOf,
  type Tally,
  walkLog,
  whatIf,
} from '#domain/index.ts';
import { bought, enrolled, got } from '#test/contract/given.ts';
import { CANARY, shownBadge, throwsFor } from '#test/support/parking.ts';
import { diffOf, idOf, lost, promoteOf, replayOf, tier3, withTier3, workshop } from '#test/support/rebuilding.ts';

const [ADA, BEN, CY] = [idOf(1), idOf(2), idOf(3)];
const withdrawn = (name: string): DomainEvent => ({
  type: 'MemberEnrolled',
  current: { ...(enrolled(name) as Extract<DomainEvent, { type: 'MemberEnrolled' }>).current, standing: 'withdrawn' },
});

const shop = async () => {
  const made = workshop({ main: registry.main, candidates: [] });
  await made.happens(ADA, enrolled('Ada'), bought('801'));
  await made.happens(BEN, enrolled('Ben'), bought('802'));
  await made.happens(BEN, bought('803'));
  await made.happens(CY, bought('804'));
  await made.happens(idOf(4), withdrawn('Di'), bought('805'));
  return made;
};
type Shop = Awaited<ReturnType<typeof shop>>;

/** Over stores that fail at any write. */
const asked = async ({ process }: Shop, candidate: AnyProjection): Promise<Tally> => {
  const deps = process((name) => Promise.resolve(/load|scan|pointer/.test(name) ? undefined : lost));
  const { before, after } = lineupsWith(deps, candidate);
  const projections = [...new Set([...Object.values(before), ...Object.values(after)])];
  const [segment] = segmentsOf(1);
  if (segment === undefined) throw new Error('expected a segment');
  const { events } = deps;
  const handle = whatIf(deps, candidate);
  const walk = { events, projections, handle, save: () => TE.right(undefined), isStopping: () => false };
  const { tally } = await got(walkLog(walk, segment));
  const { commits: _, ...counts } = tally.counts;
  return { ...tally, counts };
};

describe('what-if', () => {
  test('says what the same rule, run as a shadow, would say, and writes nothing', async () => {
    const made = await shop();
    const tally = await asked(made, tier3);
    expect(tally.counts).toEqual({ members: 4, changed: 3, pushes: 2 });
    await made.run(replayOf('tier@3'), made.process(undefined, withTier3));
    expect(tally).toEqual(await made.run(diffOf('tier@3'), made.process(undefined, withTier3)));
  });

  test('compares with what was promoted', async () => {
    const made = await shop();
    await made.run(replayOf('tier@3'), made.process(undefined, withTier3));
    await made.run(promoteOf(), made.process(undefined, withTier3));
    const deps = {
      registry: withTier3,
      cache: { ...made.process().cache, release: await got(made.stores.releases.load()) },
    };
    expect(lineupsWith(deps, registry.main.tier as AnyProjection)).toMatchObject({
      before: { tier: { version: 3 } },
      after: { tier: { version: 2 } },
    });
  });

  test('a projection beside the others changes a pass only where it shows something', async () => {
    const made = await shop();
    const { counts, paths } = await asked(made, shownBadge());
    expect(counts).toMatchObject({ members: 4, changed: 3 });
    expect(Object.keys(paths)).toEqual(['custom']);
    const { onPass: _, ...unseen } = shownBadge();
    expect((await asked(made, unseen)).counts).toEqual({ members: 4 });
  });

  test('reads a member whose events go on meanwhile as far as the scan has come', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('806'));
    expect((await asked(made, tier3)).counts).toEqual({ members: 4, changed: 3, pushes: 2 });
  });

  test('counts for whom the projection throws, and says no value', async () => {
    const made = await shop();
    await made.happens(idOf(5), enrolled(CANARY));
    const { counts, samples } = await asked(made, shownBadge(throwsFor));
    expect(counts).toMatchObject({ members: 5, threw: 1 });
    expect(JSON.stringify(samples)).not.toContain(CANARY);
  });
});
