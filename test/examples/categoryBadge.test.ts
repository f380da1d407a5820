import fc from 'fast-check';
import { describe, test } from 'vitest';
import { bought, corrected, order } from '#test/support/builtEvents.ts';
import { checkProjection } from '#test/support/checkProjection.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { given } from '#test/support/projectionScenario.ts';
import { event } from '#test/support/scenario.ts';
import { categoryBadge } from './categoryBadge.ts';

const rewards = await exampleMapping('rewards.ts');

checkProjection(categoryBadge, {
  mapping: rewards,
  values: { Category__c: fc.constantFrom('Coffee', 'Coffee', 'Tea', '__proto__', null) },
});

const coffee = (day: string) => bought(day, { custom: { category: 'Coffee' } });
const five = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'].map(coffee);

describe('a badge', () => {
  test('is for five purchases of its category, not four', () => {
    given(categoryBadge)
      .events(...five)
      .at('2026-05-02')
      .shows({ badges: 'Coffee lover' });
    given(categoryBadge)
      .events(...five.slice(1))
      .at('2026-05-02')
      .shows({ badges: null });
  });

  test('goes on the day on which only four are left in the last twelve months', () => {
    const ada = given(categoryBadge).events(...five);
    ada.at('2026-12-31').shows({ badges: 'Coffee lover' });
    ada.at('2026-12-31').changesOn('2027-01-01');
    ada.at('2027-01-01').then([]);
  });

  test('counts no other category, no return and nothing that does not count', () => {
    const [first, ...four] = five;
    for (const instead of [
      bought('2026-01-01', { custom: { category: 'Cake' } }),
      bought('2026-01-01'),
      bought('2026-01-01', { custom: { category: 'Coffee' }, isReduction: true }),
      bought('2026-01-01', { custom: { category: 'Coffee' }, counts: null }),
    ])
      given(categoryBadge)
        .events(instead, ...four)
        .at('2026-05-02')
        .then([]);
    given(categoryBadge)
      .events(first!, ...four)
      .at('2026-05-02')
      .then(['Coffee lover']);
  });

  test('goes when a purchase turns out to be of another category', () => {
    const cake = corrected(five[0]!, bought('2026-01-01', { custom: { category: 'Cake' } }));
    given(categoryBadge)
      .events(...five, cake)
      .at('2026-05-02')
      .then([]);
  });

  test('comes from what sources say of a field that the mapping adds', () => {
    const days = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'];
    const orders = days.map((day) => order(day, { Category__c: 'Coffee' }));
    given(categoryBadge, rewards)
      .said(...orders)
      .at('2026-05-02')
      .then(['Coffee lover']);
    given(categoryBadge, rewards)
      .said(...orders, event('Order', { Category__c: 'Tea' }, { id: '2026-05-01' }))
      .at('2026-05-02')
      .then([]);
  });
});
