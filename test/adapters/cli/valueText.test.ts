import { describe, expect, test } from 'vitest';
import { changeText, valueText } from '#adapters/cli/valueText.ts';

const tea = { id: 'a', title: 'Tea', state: 'available' };
const money = (amount: string) => ({ amount, currency: 'EUR' });

describe('a value of the pass', () => {
  test.each([
    [null, '-'],
    [[], '-'],
    ['Silver', 'Silver'],
    [0.5, '0.5'],
    [[money('1.00'), { amount: '5', currency: 'JPY' }], '1.00 EUR; 5 JPY'],
    [{ name: 'Silver', spent: money('1.00'), next: null }, 'name Silver, spent 1.00 EUR, next -'],
    [{ name: 'Silver', next: { name: 'Gold' } }, 'name Silver, next (name Gold)'],
  ])('%j reads %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});

describe('a change', () => {
  test.each([
    ['Member', 'Silver', 'Member → Silver'],
    [null, 'Ada', '- → Ada'],
    [money('1.00'), money('2.00'), '1.00 EUR → 2.00 EUR'],
    [[], [money('2.00')], '- → 2.00 EUR'],
    [{ name: 'Member', progress: 0 }, { name: 'Silver', progress: 0 }, 'name Member → Silver'],
    [[], [tea], '+ Tea (a)'],
    [[tea], [], '- Tea (a)'],
    [[tea], [{ ...tea, state: 'expiring' }], 'Tea (a): state available → expiring'],
    [[tea], [{ id: 'b', title: null }, tea], '+ b'],
  ])('from %j to %j reads %s', (before, after, text) => {
    expect(changeText(before, after)).toBe(text);
  });
});
