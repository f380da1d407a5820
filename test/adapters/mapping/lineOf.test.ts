import { describe, expect, test } from 'vitest';
import { lineOf } from '#adapters/mapping/lineOf.ts';

const TYPESCRIPT = `import { defineMapping, field } from 'billfold';

/* objects: { Contact: none } */
const days = { boughtOn: field('A', 'date') };
export default defineMapping({
  extends: 'retail', // programme: { currency: 'no' }
  programme: { currency: 'EUR',
    timeZone: 'UTC' },
  objects: {
    Contact: {
      custom: {
        size: personal({ field: 'Size "quoted: {"',
          kind: 'x' }),
      },
    },
    'Order': { ...days, role: cond ? 'a' : 'b', countedStatuses: [
      'Paid', { odd: 1 },
    ], owner },
  },
} satisfies MappingFile);
`;

describe('the line of a key', () => {
  test.each<readonly [string, number]>([
    ['extends', 6],
    ['programme.currency', 7],
    ['programme.timeZone', 8],
    ['objects', 9],
    ['objects.Contact', 10],
    ['objects.Contact.custom.size', 12],
    ['objects.Contact.custom.size.kind', 13],
    ['objects.Order', 16],
    ['objects.Order.role', 16],
    ['objects.Order.owner', 18],
  ])('of TypeScript: %s', (path, line) => {
    expect(lineOf(TYPESCRIPT, path.split('.'))).toBe(line);
  });

  test.each<readonly [string, number]>([
    ['objects', 2],
    ['objects.A b', 3],
    ['objects.A b.role', 4],
    ['flows.a', 7],
  ])('of JSON: %s', (path, line) => {
    const json = '{\n "objects": {\n  "A b": {\n   "role": "x: {" }\n },\n "flows": {\n  "a": "b" }\n}\n';
    expect(lineOf(json, path.split('.'))).toBe(line);
  });

  test('that is not there is the line of the nearest key above it', () => {
    expect(lineOf(TYPESCRIPT, ['objects', 'Contact', 'role'])).toBe(10);
    expect(lineOf(TYPESCRIPT, ['flows', 'nightly'])).toBe(1);
    expect(lineOf('', ['objects'])).toBe(1);
  });
});
