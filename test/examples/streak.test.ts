import { describe, test } from 'vitest';
import { bought, corrected, order, voided } from '#test/support/builtEvents.ts';
import { checkProjection } from '#test/support/checkProjection.ts';
import { given } from '#test/support/projectionScenario.ts';
import { deleted } from '#test/support/scenario.ts';
import { streak } from './streak.ts';

checkProjection(streak);

describe('a streak', () => {
  test('is the months in a row with a purchase, over the end of a year', () => {
    given(streak)
      .events(bought('2025-11-30'), bought('2025-12-01'), bought('2026-01-15'), bought('2025-09-01'))
      .at('2026-01-20')
      .then({ months: 3, nextBy: '2026-02' });
  });

  test('stands while the month after its last has not ended, and breaks when it has', () => {
    const history = given(streak).events(bought('2026-03-05'), bought('2026-04-02'));
    history.at('2026-05-31').then({ months: 2 });
    history.at('2026-05-31').changesOn('2026-06-01');
    history.at('2026-06-01').then({ months: 0, nextBy: null });
    history.at('2026-06-01').changesOn(null);
    history.at('2026-06-01').shows({ streak: null });
  });

  test('is not made by what does not count: returns, purchases without a sound amount', () => {
    given(streak)
      .events(bought('2026-03-05', { isReduction: true }), bought('2026-03-06', { counts: null }))
      .at('2026-03-07')
      .then({ months: 0 });
  });

  test('loses a month whose only purchase is voided, and follows one that is corrected', () => {
    const [april, may] = [bought('2026-04-02', { id: 'one' }), bought('2026-05-02')];
    given(streak).events(april, may, voided(april)).at('2026-05-03').then({ months: 1 });
    given(streak)
      .events(april, may, corrected(april, bought('2026-03-31', { id: 'one' })))
      .at('2026-05-03')
      .then({ months: 1 });
  });

  test('waits for a purchase that is dated ahead', () => {
    const history = given(streak).events(bought('2026-05-02'), bought('2026-06-20'));
    history.at('2026-05-03').changesOn('2026-06-01');
    history.at('2026-06-01').then({ months: 2, nextBy: '2026-07' });
  });

  test('is the same from what sources said, a deletion included', () => {
    given(streak)
      .said(order('2026-04-02'), order('2026-05-02'), order('2026-05-03'), deleted('Order', { id: '2026-05-03' }))
      .at('2026-05-04')
      .shows({ streak: '2' });
  });
});
