import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { type FieldKind, type FieldValue, readField } from '#domain/index.ts';

const id = '0038d00000Qz7AbAAJ';
const noonMs = Date.UTC(2026, 2, 4, 5, 6, 7);
const midnightMs = Date.UTC(2026, 2, 4);

/** Every documented rendering, as JSON text, of one value. */
const renderings: readonly (readonly [kind: FieldKind, value: FieldValue, jsons: readonly string[]])[] = [
  ['text', 'M-1', ['"M-1"']],
  ['text', '1', ['1', '"1"']],
  ['text', '1652977933433528300', ['1652977933433528300', '"1652977933433528300"']],
  ['text', ' a ', ['" a "']],
  ['choice', 'Issued', ['"Issued"', '" Issued "']],
  ['choice', 'Unheard of', ['"Unheard of"']],
  ['decimal', '1', ['1', '"1"', '1.0', '"1.0"', '"+1.00"', '1e0', '"01"']],
  ['decimal', '-12.5', ['-12.5', '"-12.50"']],
  ['decimal', '90071992547409.93', ['90071992547409.93', '"90071992547409.93"', '90071992547409.9300']],
  ['decimal', '9007199254740993', ['9007199254740993', '"9007199254740993"']],
  [
    'date',
    '2026-03-04',
    [
      '"2026-03-04"',
      `${midnightMs}`,
      `"${midnightMs}"`,
      '"2026-03-04T00:00:00.000Z"',
      '"2026-03-04T00:00:00.000+0000"',
    ],
  ],
  [
    'instant',
    String(noonMs),
    [
      ...[
        '"2026-03-04T05:06:07.000+0000"',
        '"2026-03-04T05:06:07.000Z"',
        '"2026-03-04T05:06:07Z"',
        '"2026-03-04T05:06:07"',
      ],
      ...['"2026-03-04T07:06:07+02:00"', '"2026-03-04 05:06:07Z"', `${noonMs}`, `"${noonMs}"`, `${noonMs}.0`],
    ],
  ],
  ['flag', 'true', ['true', '"true"', '"TRUE"', '1', '"1"', '1.0']],
  ['flag', 'false', ['false', '"false"', '0', '"0"']],
  ['reference', id, [`"${id}"`, `"${id.slice(0, 15)}"`, `" ${id} "`]],
];

const kinds: readonly FieldKind[] = ['text', 'choice', 'decimal', 'date', 'instant', 'flag', 'reference'];

/** What has the wrong type or no meaning. */
const refused: readonly (readonly [kind: FieldKind, jsons: readonly string[]])[] = [
  ['text', ['{}', '[]', '["a"]']],
  ['choice', ['{"a":1}']],
  ['decimal', ['true', '"twelve"', '"1,5"', '"NaN"', '[1]', '{}']],
  [
    'date',
    ['true', '"2026-02-30"', '"04/03/2026"', '"2026-03-04T05:06:07Z"', `${noonMs}`, '20260304', '1.5', '"2026"'],
  ],
  // Beyond the year 9999 a date has another form, and is none that anyone meant.
  ['date', ['253402300800000', '"-62198755200000"', '-62198755200000']],
  [
    'instant',
    ['true', '"2026-03-04"', '"2026-02-30T00:00:00Z"', '"yesterday"', '"2026-03-04T25:00:00Z"', '1.5', '1e30', '{}'],
  ],
  ['flag', ['2', '"yes"', '"on"', '[]', '-1']],
  ['reference', ['1', 'true', '"003"', '"003*"', '"0038d00000Qz7Ab-"', '{}']],
];

describe('a field', () => {
  test.each(renderings.flatMap(([kind, value, jsons]) => jsons.map((json) => [kind, json, value] as const)))(
    '%s %s is read as %s',
    (kind, json, value) => {
      expect(readField(kind, parseExactJson(json))).toEqual(E.right(value));
    },
  );

  test.each(kinds)('%s that is null, absent or empty is empty', (kind) => {
    for (const raw of [null, undefined, '', ...(kind === 'text' ? [] : [' '])])
      expect(readField(kind, raw)).toEqual(E.right(null));
  });

  test.each(refused.flatMap(([kind, jsons]) => jsons.map((json) => [kind, json] as const)))(
    '%s is not %s',
    (kind, json) => {
      expect(readField(kind, parseExactJson(json))).toMatchObject({
        _tag: 'Left',
        left: expect.stringMatching(/^expected /),
      });
    },
  );

  test('is read as canonical text or refused, whatever JSON is there, and a refusal does not repeat it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.jsonValue(), (kind, raw) => {
        const value = readField(kind, raw);
        if (E.isRight(value)) expect(readField(kind, value.right)).toEqual(value);
        else expect(value.left).toBe((readField(kind, { canary: 1 }) as E.Left<string>).left);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('numbers of a JSON text', () => {
  test('keep every digit', () => {
    const digits = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(digits, fc.nat({ max: 999 }), (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(3, '0')}1`;
        expect(readField('decimal', parseExactJson(text))).toEqual(readField('decimal', text));
        expect(readField('text', parseExactJson(`${whole}`))).toEqual(E.right(`${whole}`));
      }),
      { numRuns: 500, examples: [[1652977933433528300n, 0]] },
    );
  });

  test('stay numbers where a double holds them; texts that look like numbers stay texts', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String);
    const json = fc.anything({
      values: [digits, fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
      maxDepth: 3,
    });
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify({ value, commitNumber: '1652977933433528300' });
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
