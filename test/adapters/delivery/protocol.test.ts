import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import type { Claim } from '#adapters/delivery/delivery.ts';
import type { DeliveryStore } from '#adapters/delivery/deliveryStore.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { seededRandom } from '#adapters/sample/random.ts';
import { keyOf } from '#test/contract/deliveryStore.ts';
import { type Play, play } from './protocol.ts';

type Change = (store: DeliveryStore) => Partial<DeliveryStore>;

const playOf = (seed: number, change: Change = () => ({})) => {
  let shared: DeliveryStore | null = null;
  const open: Play['open'] = (deps) => {
    if (shared === null) {
      const whole = memoryDeliveryStore(deps);
      shared = { ...whole, ...change(whole) };
    }
    return shared;
  };
  return play({ random: seededRandom(seed), open, isSideBySide: false });
};

test('whatever the order, whoever dies, however the time jumps: one at a time, nothing older, nothing lost', async () => {
  let steps = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const played = await playOf(seed);
    expect({ seed, wrong: played.wrong }).toEqual({ seed, wrong: [] });
    steps += played.steps;
  }
  expect(steps).toBeGreaterThan(100_000);
});

const mapClaim = (change: (claim: Claim) => Claim) =>
  TE.map((claimed: O.Option<Claim>) => (O.isSome(claimed) ? O.some(change(claimed.value)) : claimed));

describe('a store that breaks a promise is found out: one that', () => {
  test.each<[string, Change, string]>([
    [
      'forgets what it accepted',
      ({ accept }) => ({ accept: async (events) => ['Accepted', ...(await accept(events.slice(1)))] }),
      'nothing is lost',
    ],
    [
      'lets settle who has no claim any more',
      ({ settle }) => ({ settle: (claim, settlement) => TE.map(() => 'Settled' as const)(settle(claim, settlement)) }),
      'nothing older is settled',
    ],
    [
      'lets bulk have what came live',
      ({ accept }) => ({ accept: (events) => accept(events.map((event) => ({ ...event, lane: 'bulk' }))) }),
      'live stays live',
    ],
    [
      'hands out what somebody has',
      ({ claim }) => ({
        claim: (key, forMs) => mapClaim((one) => ({ ...one, until: one.until + forMs }))(claim(key, 0)),
      }),
      'one has it in hand',
    ],
    [
      'hands out an old card',
      ({ claim }) => {
        const first = new Map<string, Claim['content']>();
        const older = (one: Claim): Claim => {
          const name = JSON.stringify(one.delivery.key);
          first.set(name, first.get(name) ?? one.content);
          return { ...one, content: first.get(name) ?? one.content };
        };
        return { claim: (key, forMs) => mapClaim(older)(claim(key, forMs)) };
      },
      'what is wanted is handed out',
    ],
    ['forgets nudges', () => ({ nudge: () => TE.right(undefined) }), 'no nudge is lost'],
    [
      'does something for a duplicate',
      ({ accept, nudge }) => ({
        accept: async (events) => {
          const answers = await accept(events);
          if (answers.includes('Duplicate')) await nudge(keyOf('apple', 'm-0'), 0)();
          return answers;
        },
      }),
      'said again nothing is written',
    ],
  ])('%s', async (_, change, promise) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 60; seed++) found.push(...(await playOf(seed, change)).wrong);
    expect(found.filter((what) => what.startsWith(promise)).length).toBeGreaterThan(0);
  });
});
