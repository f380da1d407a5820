import { expect, test } from 'vitest';
import { changedSince, shownBy } from '#adapters/google/shownBefore.ts';
import { passOf } from '#test/support/googleWallet.ts';

const silver = passOf();
const gold = passOf({ tier: { ...silver.tier, name: 'Gold', next: null } });
const points = [{ name: 'Stars', balance: '7' }];

test('what the card showed and shows otherwise is changed, to the name', () => {
  const changed = (paths: readonly string[], from = silver, to = gold) =>
    changedSince(shownBy(from, paths), shownBy(to, paths));
  expect(changed(['points', 'tier.name', 'tier.qualifyingSpend'])).toEqual(['tier.name']);
  expect(changed(['tier'])).toEqual(['tier.name', 'tier.next.name', 'tier.next.threshold', 'tier.next.remaining']);
  expect(changed(['tier'], gold, silver)).toEqual(['tier.name', 'tier.next']);
  expect(changed(['points'], silver, passOf({ points }))).toEqual(['points']);
  expect(changed(['tier', 'points'], silver, silver)).toEqual([]);
});

test('what nobody looked at before is no news, and nothing personal is kept of it', () => {
  expect(changedSince(shownBy(silver, ['points']), shownBy(gold, ['points', 'tier.name']))).toEqual([]);
  expect(JSON.stringify(shownBy(gold, ['tier', 'holder']))).not.toMatch(/Gold|Ada|Lovelace/);
});
