import { expect, test } from 'vitest';
import { amountFault, isAmount } from '#adapters/console/page/operate/sample/amounts.ts';

test.each(['0.01', '42.5', '9999999.99'])('%s is an amount', (text) => {
  expect(isAmount(text)).toBe(true);
  expect(amountFault(text)).toBeNull();
});

test.each([
  ['12,50', 'With a point: 12.50.'],
  ['10000000', 'Below ten million.'],
  ...['', '0', '-5', '1e9', '12.345', 'abc', '٣'].map((text) => [text, expect.stringContaining('above 0')]),
])('%s is none, and says what it lacks', (text, fault) => {
  expect(isAmount(String(text))).toBe(false);
  expect(amountFault(String(text))).toEqual(fault);
});
