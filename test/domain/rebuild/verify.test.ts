import { describe, expect, test } from 'vitest';
import {
  type DomainEvent,
  type Drift,
  foldCommits,
  type JobRequest,
  memberStream,
  type projections,
  registry,
  rendered,
  tierBy,
  unseen,
} from '#domain/index.ts';
import { bought, enrolled, got, renamed } from '#test/contract/given.ts';
import { badge, withBadge } from '#test/support/parking.ts';
import { idOf, type OnRequest, promoteOf, replayOf, verifyAll, workshop } from '#test/support/rebuilding.ts';

const [ADA, BEN] = [idOf(1), idOf(2)];
const boughtOn = (purchaseId: string, day: string): DomainEvent => {
  const event = bought(purchaseId);
  if (event.type !== 'PurchaseRecorded' || event.current.counts === null)
    throw new Error('expected a purchase that counts');
  return { ...event, current: { ...event.current, boughtOn: day, counts: { ...event.current.counts, boughtOn: day } } };
};
const history = [
  enrolled('Ada'),
  boughtOn('801', '2026-01-01'),
  boughtOn('802', '2026-01-02'),
  renamed('Ada', 'Ida'),
  boughtOn('803', '2026-01-03'),
];

const shop = async (...events: readonly DomainEvent[]) => {
  const made = workshop();
  for (const event of events.length === 0 ? history : events) await made.happens(ADA, event);
  await made.happens(BEN, enrolled('Ben'));
  return made;
};
type Shop = Awaited<ReturnType<typeof shop>>;

/** LIVE as it would be if these had been its events. */
const foldedFrom = (made: Shop, events: readonly DomainEvent[]) =>
  made.tamper(ADA, ({ asOf, evaluatedAt }) => {
    const commit = {
      stream: memberStream(ADA),
      version: 1,
      events,
      recordedAt: 0,
      origin: { type: 'event', eventId: 'e' },
      lane: 'live',
    } as const;
    const { states } = foldCommits(unseen(ADA), [commit], registry.main);
    const { pass } = rendered(
      ADA,
      states,
      { at: evaluatedAt, timeZone: 'UTC' },
      { version: 0, definitions: {} },
      registry.main,
    );
    return { asOf, states, pass };
  });
const driftsOf = async ({ run }: Shop, request: JobRequest = verifyAll): Promise<readonly Drift[]> =>
  (await run(request)).samples as readonly Drift[];

describe('a verification', () => {
  test('finds nothing where every LIVE follows from the log, and writes nothing', async () => {
    const made = await shop();
    const writes: string[] = [];
    const { counts, samples } = await made.run(
      verifyAll,
      made.process((name) => {
        if (/^(?!jobs).*\.(replace|put|append)/.test(name)) writes.push(name);
        return Promise.resolve(undefined);
      }),
    );
    expect({ counts, samples }).toEqual({ counts: { commits: 6, members: 2, drifted: 0, behind: 0 }, samples: [] });
    expect(writes).toEqual([]);
  });

  test.each<[string, number, readonly DomainEvent[]]>([
    ['missed', 3, history.filter((_, index) => index !== 2)],
    ['missed at the beginning', 2, history.filter((_, index) => index !== 1)],
    ['missed at the end', 5, history.slice(0, 4)],
    ['folded twice', 3, [...history.slice(0, 3), ...history.slice(2)]],
  ])('names the version of an event that was %s', async (_, version, folded) => {
    const made = await shop();
    await foldedFrom(made, folded);
    expect(await driftsOf(made)).toMatchObject([
      { memberId: ADA, what: 'spend@2', firstVersion: version },
      { memberId: ADA, what: 'tier@2', firstVersion: version },
    ]);
  });

  test('names the version that brought what was tampered with', async () => {
    const made = await shop();
    await made.tamper(ADA, ({ states }) => {
      const days = (states['tier@2'] as typeof projections.tier.initial)['2026-01'];
      return {
        states: { ...states, 'tier@2': { '2026-01': { ...days, '2026-01-02': { minorUnits: 9, orders: 1 } } } },
      };
    });
    expect(await driftsOf(made)).toEqual([
      { memberId: ADA, what: 'tier@2', firstVersion: 3, paths: ['2026-01/2026-01-02/minorUnits'] },
    ]);
  });

  test('names the version that took what is there still', async () => {
    const made = await shop();
    await made.tamper(ADA, ({ states }) => {
      const holder = JSON.parse(JSON.stringify(states['holder@1']).replaceAll('"Ida"', '"Ada"')) as object;
      return { states: { ...states, 'holder@1': holder } };
    });
    expect(await driftsOf(made)).toMatchObject([{ memberId: ADA, what: 'holder@1', firstVersion: 4 }]);
  });

  test('of a value that a later event overwrote names the later one', async () => {
    const made = await shop(
      enrolled('Ada'),
      boughtOn('801', '2026-01-01'),
      renamed('Ada', 'Ida'),
      boughtOn('802', '2026-01-01'),
    );
    await made.tamper(ADA, ({ states }) => ({
      states: { ...states, 'tier@2': { '2026-01': { '2026-01-01': { minorUnits: 1250, orders: 1 } } } },
    }));
    expect(await driftsOf(made)).toMatchObject([{ what: 'tier@2', firstVersion: 4 }]);
  });

  test('names an event within a commit', async () => {
    const made = workshop();
    await made.happens(ADA, ...history);
    await foldedFrom(made, history.slice(0, 2));
    expect(await driftsOf(made)).toMatchObject([
      { what: 'holder@1', firstVersion: 4 },
      { what: 'spend@2', firstVersion: 3 },
      { what: 'tier@2', firstVersion: 3 },
    ]);
  });

  test('names a member of whom nothing is stored', async () => {
    const made = await shop();
    await made.lose(ADA);
    expect(await driftsOf(made)).toEqual([{ memberId: ADA, what: 'missing', firstVersion: 1, paths: [] }]);
  });

  test('names a pass that does not follow from its states', async () => {
    const made = await shop();
    await made.tamper(ADA, ({ pass }) => ({ pass: pass && { ...pass, memberNumber: 'M-9' } }));
    expect(await driftsOf(made)).toEqual([
      { memberId: ADA, what: 'pass', firstVersion: null, paths: ['memberNumber'] },
    ]);
  });

  test('of a LIVE that lags says behind, not drift, and names what is wrong with it all the same', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('804'));
    expect((await made.run(verifyAll)).counts).toMatchObject({ members: 2, behind: 1, drifted: 0 });
    await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
    expect(await made.run(verifyAll)).toMatchObject({
      counts: { members: 2, behind: 1, drifted: 1 },
      samples: [{ memberId: ADA, what: 'tier@2', firstVersion: 2 }],
    });
  });

  test('waits for a poke that is on its way', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('804'));
    let looks = 0;
    const pokes: OnRequest = async (name) => {
      if (name === 'views.loadMany' && ++looks === 3) await made.poke(ADA);
      return undefined;
    };
    expect((await made.run(verifyAll, made.process(pokes))).counts).toMatchObject({
      members: 2,
      behind: 0,
      drifted: 0,
    });
  });

  test('finds nothing whatever arrives at whatever moment', async () => {
    for (const isPoked of [true, false])
      for (let moment = 1; ; moment++) {
        const made = await shop();
        let requests = 0;
        const arrives: OnRequest = async () => {
          requests += 1;
          if (requests !== moment) return undefined;
          await made.append(memberStream(ADA), bought('804'));
          if (isPoked) await made.poke(ADA);
          return undefined;
        };
        expect((await made.run(verifyAll, made.process(arrives))).counts).toMatchObject({ members: 2, drifted: 0 });
        if (requests < moment) break;
      }
  });

  test('compares up to where LIVE is, however far the log goes on while it reads', async () => {
    const made = await shop();
    const goesOn: OnRequest = async (name) => {
      if (name === 'views.loadMany') await made.happens(ADA, bought('804'));
      if (name === 'events.load') await made.append(memberStream(ADA), bought('805'));
      return undefined;
    };
    expect((await made.run(verifyAll, made.process(goesOn))).counts).toMatchObject({ members: 2, drifted: 0 });
  });

  test('in the middle of a promotion finds nothing', async () => {
    const made = await shop();
    const release = await got(made.stores.releases.load());
    const walk = { cursor: null, pushesPerSecond: 1 };
    await got(made.stores.releases.replace({ ...release, epoch: 2, versions: { tier: 3 }, before: {}, walk }));
    await made.tamper(BEN, () => ({}));
    expect((await made.run(verifyAll)).counts).toMatchObject({ members: 2, drifted: 0 });
  });

  test('names a pass also where a definition that its member does not hold is newer', async () => {
    const made = await shop();
    const { catalog } = made.stores;
    const stored = await got(catalog.load());
    await got(catalog.replace({ ...stored, catalog: { ...stored.catalog, version: 1 } }));
    await made.tamper(ADA, ({ pass }) => ({ pass: pass && { ...pass, memberNumber: 'M-9' } }));
    await made.tamper(BEN, () => ({ catalogVersion: 1 }));
    expect(await driftsOf(made)).toMatchObject([{ memberId: ADA, what: 'pass' }]);
    const known = made.process();
    known.cache.catalog = { ...stored.catalog, version: 1 };
    expect((await made.run(verifyAll, known)).counts).toMatchObject({ drifted: 1 });
  });

  test('of one member, or of a share of them, looks at nobody else', async () => {
    const made = await shop();
    await made.lose(ADA);
    expect(await driftsOf(made, { ...verifyAll, memberId: BEN } as JobRequest)).toEqual([]);
    expect(await driftsOf(made, { ...verifyAll, memberId: ADA } as JobRequest)).toMatchObject([{ what: 'missing' }]);
    for (let member = 3; member < 203; member++) await made.happens(idOf(member), enrolled('Cy'));
    const quarter = { ...verifyAll, sample: 0.25 } as JobRequest;
    const { members } = (await made.run(quarter)).counts;
    expect(members).toBeGreaterThan(25);
    expect(members).toBeLessThan(80);
    expect((await made.run(quarter)).counts.members, 'the same ones every time').toBe(members);
  });

  test('says who is parked, and compares the rest', async () => {
    const throws = ({ type }: DomainEvent): void => {
      if (type === 'PurchaseRecorded') throw new RangeError('bought');
    };
    const made = workshop(withBadge(badge(throws)));
    await made.happens(ADA, ...history);
    expect((await made.run(verifyAll)).counts).toMatchObject({ members: 1, drifted: 0 });
    await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@2': {} } }));
    expect(await made.run(verifyAll)).toMatchObject({ samples: [{ what: 'tier@2', firstVersion: 2 }] });
  });

  test('compares with the versions that are live', async () => {
    const made = await shop();
    await made.run(replayOf('tier@3'));
    await made.run(promoteOf());
    expect((await made.run(verifyAll)).counts).toMatchObject({ members: 2, drifted: 0 });
    await made.tamper(ADA, ({ states }) => ({ states: { ...states, 'tier@3': {} } }));
    expect(await driftsOf(made)).toMatchObject([{ what: 'tier@3', firstVersion: 2 }]);
  });

  test('a rule that was changed without a new version shows as a pass that does not follow', async () => {
    const made = await shop();
    const tier = tierBy({ currency: 'EUR', tiers: [{ name: 'Everybody', threshold: 0 }] });
    const changed = made.process(undefined, { main: { ...registry.main, tier }, candidates: [] });
    expect((await made.run(verifyAll, changed)).samples).toMatchObject([
      { what: 'pass', paths: ['tier.name', 'tier.next', 'tier.progress'] },
      { what: 'pass' },
    ]);
  });
});
