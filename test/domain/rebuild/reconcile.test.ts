import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { type DomainEvent, definitionStream, type Live, memberStream } from '#domain/index.ts';
import { appendOf, bought, enrolled, got, renamed } from '#test/contract/given.ts';
import { shownBadge, withBadge } from '#test/support/parking.ts';
import { idOf, lost, type OnRequest, reconcileOf, workshop } from '#test/support/rebuilding.ts';

const [ADA, BEN, CY] = [idOf(1), idOf(2), idOf(3)];

/** A wallet bus: LIVE's outbox, but for what it lost or is still carrying. */
const shop = async (deployed?: Parameters<typeof workshop>[0]) => {
  const carried = new Map<string, number>();
  const restated: Live[] = [];
  let isAskable = true;
  const made = workshop(deployed, {
    revisions: () => TE.fromIO(() => (isAskable ? carried : null)),
    restate: (lives) =>
      TE.fromIO(() => {
        for (const live of lives) {
          restated.push(live);
          carried.set(live.memberId, live.revision);
        }
      }),
  });
  const deliver = (): void => {
    for (const { live } of made.published)
      carried.set(live.memberId, Math.max(live.revision, carried.get(live.memberId) ?? 0));
  };
  await made.happens(ADA, enrolled('Ada'), bought('801'));
  await made.happens(BEN, enrolled('Ben'));
  await made.happens(CY, bought('802'));
  deliver();
  const silence = (): void => {
    isAskable = false;
  };
  return { ...made, carried, restated, deliver, silence };
};

const HOUR_MS = 3_600_000;

const nothing = { members: 3, definitions: 0, parked: 0, failed: 0, behind: 0, unpublished: 0, commits: 3 };

describe('a reconciliation', () => {
  test('finds nothing where LIVE follows the log and the bus carried it all', async () => {
    const { run, restated } = await shop();
    expect(await run(reconcileOf())).toEqual({ counts: nothing, paths: {}, samples: [] });
    expect(restated).toEqual([]);
  });

  test('folds whoever is behind or has no LIVE, once', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('803'));
    await made.lose(BEN);
    expect(await made.run(reconcileOf())).toMatchObject({
      counts: { ...nothing, commits: 4, behind: 2 },
      samples: [
        { memberId: ADA, behind: 3 },
        { memberId: BEN, behind: 1 },
      ],
    });
    for (const memberId of [ADA, BEN])
      expect(await made.live(memberId)).toMatchObject(await made.fromNothing(memberId));
    made.deliver();
    expect((await made.run(reconcileOf())).counts).toMatchObject({ behind: 0, unpublished: 0 });
  });

  test('publishes once more, under its revision, what the bus has not carried', async () => {
    const { carried, restated, run, live } = await shop();
    carried.delete(BEN);
    expect(await run(reconcileOf())).toMatchObject({
      counts: { ...nothing, unpublished: 1 },
      samples: [{ memberId: BEN, unpublished: 1 }],
    });
    expect(restated).toEqual([await live(BEN)]);
    expect((await run(reconcileOf())).counts).toEqual(nothing);
    expect(restated).toHaveLength(1);
  });

  test('does not count what is on its way: a fold or a publication', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('803'));
    made.carried.delete(BEN);
    let looks = 0;
    const comes: OnRequest = async (name) => {
      if (name !== 'views.loadMany') return undefined;
      looks += 1;
      if (looks === 3) await made.poke(ADA);
      if (looks === 6) made.deliver();
      return undefined;
    };
    expect((await made.run(reconcileOf(), made.process(comes))).counts).toMatchObject({ behind: 0, unpublished: 0 });
    expect(looks).toBe(6);
    expect(made.restated).toEqual([]);
  });

  test('counts as overdue what nothing else would have mended: not what came within the hour, nor who is parked', async () => {
    const made = await shop(
      withBadge(
        shownBadge(({ type }) => {
          if (type === 'PurchaseVoided') throw new RangeError();
        }),
      ),
    );
    const voided = {
      ...bought('801'),
      type: 'PurchaseVoided',
      previous: (bought('801') as { current: object }).current,
    };
    await made.append(memberStream(ADA), bought('803'));
    await made.append(memberStream(BEN), voided as never);
    made.wait(HOUR_MS + 1);
    const appendNow = async (memberId: string, news: DomainEvent): Promise<void> => {
      const head = await got(made.stores.events.head(memberStream(memberId)));
      await got(made.stores.events.append({ ...appendOf([news], head), recordedAt: made.now() }));
    };
    await appendNow(CY, bought('804'));
    // A commit of now does not hide the one before.
    await appendNow(ADA, bought('805'));
    expect((await made.run(reconcileOf())).counts).toMatchObject({ behind: 3, parked: 1, overdue: 1 });
    made.deliver();
    made.carried.delete(ADA);
    expect((await made.run(reconcileOf())).counts).toMatchObject({ unpublished: 1, overdue: 1 });
  });

  test('waits with what may be on its way to whoever is asked', async () => {
    const made = await shop();
    made.carried.delete(BEN);
    const deps = made.process();
    const slow = { ...deps, publications: { ...deps.publications, mayTakeMs: 6 * HOUR_MS } };
    expect((await made.run(reconcileOf(), slow)).counts).toMatchObject({ unpublished: 0 });
    made.wait(6 * HOUR_MS);
    expect((await made.run(reconcileOf(), slow)).counts).toMatchObject({ unpublished: 1, overdue: 1 });
  });

  test('does not publish a withdrawal to those who never heard of the pass', async () => {
    const made = await shop();
    const { current } = enrolled('Ben') as Extract<DomainEvent, { type: 'MemberEnrolled' }>;
    await made.happens(BEN, { type: 'MemberWithdrawn', current: { ...current, standing: 'withdrawn' } });
    expect((await made.live(BEN)).pass?.status).toBe('withdrawn');
    made.carried.delete(BEN);
    expect((await made.run(reconcileOf())).counts).toMatchObject({ unpublished: 0 });
    made.carried.set(BEN, 1);
    expect((await made.run(reconcileOf())).counts).toMatchObject({ unpublished: 1 });
  });

  test('leaves what it folds to the publish pipe', async () => {
    const made = await shop();
    await made.append(memberStream(ADA), bought('803'));
    await made.run(reconcileOf());
    expect(made.restated).toEqual([]);
  });

  test('where the bus cannot be asked, publishes once more what was written since then, and only that', async () => {
    const made = await shop();
    made.silence();
    made.wait(60_000);
    const since = made.now();
    expect((await made.run(reconcileOf(since))).counts).toMatchObject({ unpublished: 0 });
    // What is written after the change, and changes nothing, does not hide it.
    await made.happens(BEN, bought('803'));
    await made.happens(BEN, renamed('Ben', 'Ben'));
    expect(await made.live(BEN)).toMatchObject({ change: null });
    expect((await made.run(reconcileOf())).counts).toMatchObject({ unpublished: 0 });
    expect((await made.run(reconcileOf(since))).counts).toMatchObject({ unpublished: 1 });
    expect(made.restated.map(({ memberId }) => memberId)).toEqual([BEN]);
  });

  test('brings definitions up to date', async () => {
    const made = await shop();
    const defined: DomainEvent = {
      type: 'PromotionDefined',
      definitionId: 'a1',
      current: { title: 'Spring', terms: null, startsOn: null, endsOn: null, isActive: true },
    };
    await made.append(definitionStream('a1'), defined);
    expect((await made.run(reconcileOf())).counts).toMatchObject({ members: 3, definitions: 1 });
    expect((await got(made.stores.catalog.load())).catalog.version).toBe(1);
  });

  test('counts who cannot be folded: parked for what throws, or for what is too large to be stored', async () => {
    const made = await shop(
      withBadge(
        shownBadge(({ type }) => {
          if (type === 'PurchaseVoided') throw new RangeError();
        }),
      ),
    );
    const voided: DomainEvent = {
      ...bought('801'),
      type: 'PurchaseVoided',
      previous: (bought('801') as { current: object }).current,
    } as never;
    await made.append(memberStream(ADA), voided);
    await made.append(memberStream(BEN), bought('803'));
    const unstorable: OnRequest = (name, [live]) =>
      Promise.resolve(
        name === 'views.replace' && JSON.stringify(live).includes('Ben')
          ? { type: 'Unstorable', what: `LIVE of ${BEN}`, reason: 'too large' }
          : undefined,
      );
    const { counts } = await made.run(reconcileOf(), made.process(unstorable));
    expect(counts).toMatchObject({ behind: 2, parked: 2 });
    expect(counts.failed ?? 0).toBe(0);
  });

  test('fails where the bus takes nothing, and repairs the next time', async () => {
    const made = await shop();
    made.carried.delete(BEN);
    const deps = made.process();
    const mute = { ...deps, publications: { ...deps.publications, restate: () => TE.left(lost) } };
    expect(await made.fails(reconcileOf(), mute)).toContain('request lost');
    expect((await made.run(reconcileOf())).counts).toMatchObject({ unpublished: 1 });
  });
});
