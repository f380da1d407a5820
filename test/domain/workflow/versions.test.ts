import { describe, expect, test } from 'vitest';
import { type Cause, firstRelease, foldMember, memberStream, registry } from '#domain/index.ts';
import { bought, enrolled, got, refused } from '#test/contract/given.ts';
import { idOf, lost, withTier3, workshop } from '#test/support/rebuilding.ts';

const [ADA, BEN] = [idOf(1), idOf(2)];
const YEAR_MS = 366 * 86_400_000;
const cause: Cause = { lane: 'live', causationId: 'test', correlationId: 'test' };
const promoted = { ...firstRelease, epoch: 2, versions: { tier: 3 } };
const pokeOf = (memberId: string, toVersion: number) => ({ memberId, toVersion, images: [], cause });

describe('a member that is switched to a promoted version', () => {
  test('takes an older shadow as far as it came, and the rest from the log', async () => {
    const made = workshop(withTier3);
    await made.happens(ADA, enrolled('Ada'), bought('801'));
    // Code that knows no candidate folds on: the shadow stays behind.
    const version = await made.append(memberStream(ADA), bought('802'));
    await got(foldMember(made.process(undefined, registry))(pokeOf(ADA, version)));
    expect((await got(made.stores.shadows.load('tier@3', [ADA])))[0]?.asOf).toBeLessThan(version);

    await got(made.stores.releases.replace(promoted));
    const process = made.process();
    process.cache.release = promoted;
    await got(foldMember(process)(pokeOf(ADA, 0)));
    const { asOf, states, pass } = await made.live(ADA);
    expect({ asOf, states, pass }).toEqual(await made.fromNothing(ADA));
  });

  test('and first seen by a process that knows of no promotion, gets there all the same', async () => {
    const made = workshop(withTier3);
    await got(made.stores.releases.replace(promoted));
    await made.happens(BEN, enrolled('Ben'), bought('801'));
    expect(await made.live(BEN)).toMatchObject({ epoch: 2, states: { 'tier@3': expect.anything() } });
  });

  test('does so too where whoever saw it first died before looking: its poke comes again', async () => {
    const { made, version } = await createdUnseen();
    await got(foldMember(made.process())(pokeOf(BEN, version)));
    expect((await made.live(BEN)).epoch).toBe(2);
  });

  test('and where that poke finds more to write than that', async () => {
    const { made, version } = await createdUnseen();
    // The purchase leaves the twelve months: a write, and not the first.
    made.wait(2 * YEAR_MS);
    await got(foldMember(made.process())(pokeOf(BEN, version)));
    expect(await made.live(BEN)).toMatchObject({ epoch: 2, states: { 'tier@3': expect.anything() } });
  });
});

/** BEN has a LIVE that the walk of a promotion came too early for, made by a process that died before it could look. */
const createdUnseen = async () => {
  const made = workshop(withTier3);
  await got(made.stores.releases.replace(promoted));
  const version = await made.append(memberStream(BEN), enrolled('Ben'), bought('801'));
  const dying = made.process(async (name) => (name === 'releases.load' ? lost : undefined));
  await refused(foldMember(dying)(pokeOf(BEN, version)));
  expect(await made.live(BEN)).toMatchObject({ epoch: 1, ver: 1 });
  return { made, version };
};
