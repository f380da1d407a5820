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

  test.each<readonly [string, number]>([
    ['list', 2],
    ['list.0', 3],
    ['list.1', 4],
    ['list.1.b', 5],
    ['list.1.c.1', 6],
    ['list.2.a', 9],
    ['list.3', 2],
    ['list.a', 3],
    ['list.b', 5],
    ['after', 11],
  ])('in a list: %s', (path, line) => {
    const json =
      '{\n "list": [\n  { "a": [1, { "x": 2 }] },\n  {\n   "b": 1,\n   "c": [1, 2]\n  },\n  {\n   "a": 1 }\n ],\n "after": 1\n}';
    expect(lineOf(json, path.split('.'))).toBe(line);
  });

  test('that is not there is the line of the nearest key above it', () => {
    expect(lineOf(TYPESCRIPT, ['objects', 'Contact', 'role'])).toBe(10);
    expect(lineOf(TYPESCRIPT, ['flows', 'nightly'])).toBe(1);
    expect(lineOf('', ['objects'])).toBe(1);
  });
});
