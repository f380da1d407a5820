import fc from 'fast-check';
import { expect, test } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { idSet } from '#domain/index.ts';

test('a set has what was added to it and nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 100_000 }), { maxLength: 300, size: 'max' }), (numbers) => {
      const [inside, outside] = [numbers.filter((n) => n % 2 === 0), numbers.filter((n) => n % 2 === 1)];
      const set = idSet(inside.length);
      for (const number of [...inside, ...inside]) set.add(salesforceId('Contact', number));
      expect(inside.every((number) => set.has(salesforceId('Contact', number)))).toBe(true);
      expect(outside.some((number) => set.has(salesforceId('Contact', number)))).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('two hundred thousand ids are told apart from as many others', () => {
  const set = idSet(200_000);
  for (let index = 0; index < 200_000; index++) set.add(salesforceId('Contact', index));
  let taken = 0;
  for (let index = 200_000; index < 400_000; index++) if (set.has(salesforceId('Contact', index))) taken += 1;
  expect(taken).toBe(0);
});

test('a set of nothing has nothing', () => {
  expect(idSet(0).has('003')).toBe(false);
});
