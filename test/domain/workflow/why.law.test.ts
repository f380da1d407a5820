import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import {
  emptyCatalog,
  emptyHead,
  fold,
  initialStates,
  type MemberEvent,
  memberStream,
  registry,
  renderPass,
  retail,
  viewAll,
  type Why,
  why,
} from '#domain/index.ts';
import { memberEvents } from '#test/bench/memberEvents.ts';
import { memberEventsArb } from '#test/support/arbitraries.ts';
import { learnt } from '#test/support/asking.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { observationsOf } from '#test/support/observe.ts';
import { historyArb, idOf, play } from '#test/support/org.ts';

/** Of the pass in retail, and of what other mappings add. */
const PATHS = [
  ...['memberId', 'memberNumber', 'status', 'holder', 'holder.firstName', 'holder.lastName', 'memberSince'],
  ...['tier', 'tier.name', 'tier.qualifyingSpend', 'tier.next', 'tier.progress'],
  ...['spend', 'spend.lifetime', 'spend.last12Months', 'spend.purchases', 'spend.lastPurchaseOn'],
  ...['promotions', 'points', 'custom', 'custom.size'],
];
const ID = 'M';
const NOW = Date.UTC(2024, 1, 29, 12);

/** The events, one a commit. */
const asking = async (events: readonly MemberEvent[]) => {
  const { deps } = ingesting();
  let head = emptyHead(memberStream(ID));
  for (const event of events) {
    const origin = { type: 'event', eventId: 'e' } as const;
    const appended = await deps.events.append({ head, events: [event], recordedAt: 1, origin, lane: 'live' })();
    if (E.isLeft(appended)) throw new Error(appended.left.type);
    head = appended.right;
  }
  return (what: string) =>
    why({ ...deps, releases: memoryReleaseStore(), registry, clock: () => NOW })(ID, what, null)();
};

/** Every prefix folded from nothing, and asked for everything: what `why` finds by looking at less. */
const valuesAfterEach = (events: readonly MemberEvent[], path: string): readonly unknown[] =>
  [-1, ...events.keys()].map((last) => {
    const states = fold(initialStates, events.slice(0, last + 1));
    const views = viewAll(states, { at: NOW, timeZone: 'UTC' }, emptyCatalog);
    const isProvisional = views.holder.standing === 'provisional';
    if (isProvisional && path === 'status') return null;
    const holder = isProvisional ? { ...views.holder, standing: 'active' as const } : views.holder;
    return at(renderPass(ID, { ...views, holder }), path);
  });

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key] ?? null, value) ??
  null;

/** What holds for every answer. */
const expectSound = ({ path, value, steps, sum, because }: Why): void => {
  for (const [index, { before, after }] of steps.entries()) {
    if (index > 0) expect(before).toEqual(steps[index - 1]?.after);
    if (!path.startsWith('promotions.')) expect(after).not.toEqual(before);
  }
  if (steps.length > 0) expect(steps.at(-1)?.after).toEqual(value);
  if (/^promotions\../.test(path))
    expect(because.some((line) => line.startsWith('Not on the pass'))).toBe(value === null);
  if (path === 'spend.lifetime' || path === 'spend.last12Months') expect(sum?.total).toEqual(value);
  if (path === 'tier.qualifyingSpend') expect(sum?.total[0] ?? { amount: '0.00', currency: 'EUR' }).toEqual(value);
  if (path === 'spend.purchases') expect(sum?.counted).toHaveLength(value as number);
  if (path === 'spend.lastPurchaseOn') expect(sum?.counted.at(-1)?.boughtOn ?? null).toBe(value);
};

describe('an answer', () => {
  test('of any history of an org ends at the value on the pass, and its sums add up to it', async () => {
    let answered = 0;
    let changing = 0;
    await fc.assert(
      fc.asyncProperty(historyArb({ maxLength: 25 }), async (history) => {
        const { org, feeds } = play(history);
        const observations = feeds.flatMap((item) => observationsOf(item));
        const { ask } = await learnt(observations, retail, () => org.second * 1000);
        for (const index of [0, 1]) {
          const asked = { of: idOf('Contact', index), now: (org.second + 60) * 1000 };
          const refused = await ask('', asked);
          const paths = E.isLeft(refused) && refused.left.type === 'NoSuchPath' ? refused.left.paths : [];
          for (const path of paths) {
            const answer = await ask(path, asked);
            if (E.isLeft(answer)) throw new Error(`${path}: ${answer.left.type}`);
            expectSound(answer.right);
            answered += 1;
            const { timeAlone, value } = answer.right;
            if (timeAlone === null) continue;
            changing += 1;
            // A part of what is no more, such as the name of the next tier at the top, is no path then.
            const valueAt = async (now: number): Promise<unknown> => {
              const then = await ask(path, { ...asked, now });
              if (E.isRight(then)) return then.right.value;
              return then.left.type === 'NoSuchPath' ? null : then.left;
            };
            expect(await valueAt(timeAlone.at - 1)).toEqual(value);
            expect(await valueAt(timeAlone.at)).toEqual(timeAlone.value);
          }
        }
      }),
      { numRuns: 60 },
    );
    // What histories hold is left to chance: only that the law speaks of something is not.
    expect(answered).toBeGreaterThan(300);
    expect(changing).toBeGreaterThan(2);
  });

  test('of any events names those at which the value changed, seen as of now, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(memberEventsArb, async (events) => {
        const ask = await asking(events);
        for (const path of PATHS) {
          const answer = await ask(path);
          if (E.isLeft(answer)) continue;
          const values = valuesAfterEach(events, path);
          const changes = values.flatMap((value, version) =>
            version > 0 && JSON.stringify(value) !== JSON.stringify(values[version - 1]) ? [version] : [],
          );
          expect([path, answer.right.steps.map(({ version }) => version)]).toEqual([path, changes]);
          expect(answer.right.value).toEqual(values.at(-1));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('of thousands of events too', async () => {
    const events = memberEvents(3, 1_200);
    const ask = await asking(events);
    for (const path of PATHS) {
      const answer = await ask(path);
      if (E.isLeft(answer)) continue;
      expectSound(answer.right);
      expect(answer.right.steps.length).toBeLessThanOrEqual(20);
    }
  });

  test('of a change far back finds it, though the events after it are not looked at one by one', async () => {
    const [enrolled] = memberEvents(3, 1);
    const purchase = memberEvents(3, 50).find(({ type }) => type === 'PurchaseRecorded');
    if (enrolled?.type !== 'MemberEnrolled' || purchase === undefined) throw new Error('no such events');
    const renamed = { ...enrolled.current, personal: { ...enrolled.current.personal, lastName: 'Roth' } };
    const again = { type: 'MemberDetailsChanged', previous: renamed, current: renamed } as const;
    const change = { type: 'MemberDetailsChanged', previous: enrolled.current, current: renamed } as const;
    const ask = await asking([enrolled, change, ...Array.from({ length: 1_000 }, () => again)]);
    const answer = await ask('holder.lastName');
    expect(answer).toMatchObject({ right: { value: 'Roth', steps: [{ version: 1 }, { version: 2, after: 'Roth' }] } });
  });
});
