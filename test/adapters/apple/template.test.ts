import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { defaultCard } from '#adapters/apple/defaultCard.ts';
import { passShape, type Shape } from '#adapters/apple/passShape.ts';
import { drawCard } from '#adapters/apple/storeCard.ts';
import { readTemplate } from '#adapters/apple/template.ts';
import { jsonSchemaOf } from '#adapters/schema/jsonSchema.ts';
import { isJsonObject, Pass } from '#domain/index.ts';
import { right, settings, TOKEN, zoe } from './support.ts';

const problemsOf = (changes: object): readonly string[] => {
  const read = readTemplate(
    JSON.stringify({ ...defaultCard, messages: [], header: [], primary: [], secondary: [], ...changes }),
  );
  return E.isLeft(read) ? read.left : [];
};
const field = (said: object) => ({ key: 'a', value: 'x', ...said });

describe('a card.json', () => {
  test('that is built in can be used, as it is printed', () => {
    expect(readTemplate(null)).toEqual(readTemplate(JSON.stringify(defaultCard)));
    expect(readTemplate(null)).toMatchObject({ _tag: 'Right' });
  });

  test.each([
    [{ header: ['1', '2', '3', '4'].map((key) => field({ key })) }, 'header: expected at most 3 fields'],
    [{ primary: [field({ key: 'p' }), field({ key: 'q' })] }, 'primary: expected at most 1 field'],
    [
      { secondary: ['1', '2', '3'].map((key) => field({ key })), auxiliary: ['4', '5'].map((key) => field({ key })) },
      'secondary, auxiliary: expected at most 4 fields in both together',
    ],
    [{ header: [field({})], back: [field({})] }, 'the key a stands in two places: expected another in each'],
    [
      { header: [field({ value: '{tier.nam}' })] },
      'header.0.value: expected one of name, qualifyingSpend, next, progress (in {tier.nam})',
    ],
    [
      { header: [field({ value: '{promotions}' })] },
      'header.0.value: expected a single value: go on with .name, or count with |count (in {promotions})',
    ],
    [
      { header: [field({ value: '{memberSince|day}' })] },
      'header.0.value: expected |text, |date, |number, |percent, |money, |count, |words or |money EUR (in {memberSince|day})',
    ],
    [{ header: [field({ value: 'a { b' })] }, 'header.0.value: expected a } for each {, or {{ where a brace is meant'],
    [
      { header: [field({ value: '{memberNumber[0]}' })] },
      'header.0.value: expected […] after a list only (in {memberNumber[0]})',
    ],
    [
      { header: [field({ value: { en: 'a' } })] },
      'header.0.value: expected text, or text for each language: { "en": …, "de": … }',
    ],
    [
      { header: [[field({ label: 7 })]] },
      'header.0.0.label: expected text, or text for each language: { "en": …, "de": … }',
    ],
    [
      { header: [field({ vlaue: 'x' })] },
      'header.0.vlaue: expected one of the keys key, label, value, message, align, date, each, most',
    ],
    [
      { header: [field({ message: 'Hello' })], messages: ['a'] },
      'header.0.message: expected text with %@ where the new value stands, once, and without {…}',
    ],
    [{ header: [field({ message: '%@' })] }, 'messages: expected a among them, as that field has a message'],
    [{ messages: ['b'] }, 'messages: expected the key of a field that has a message, found b'],
    [{ header: [field({ each: 'tier' })] }, 'header.0.each: expected the path of a list, such as promotions'],
    [
      { header: [field({ value: '{item.title}' })] },
      /^header.0.value: expected one of memberId, .* \(in \{item.title\}\)$/,
    ],
    [
      { header: [field({ each: 'promotions', value: '{item.title}', message: '%@' })], messages: ['a'] },
      /^a: expected no message/,
    ],
    [
      { colors: { background: 'blue', foreground: '#ffffff', label: '#ffffff' } },
      'colors.background: expected a color such as #1d3557',
    ],
    [{ tiers: { Gold: { background: '#000000' } } }, 'tiers.Gold.foreground: expected a color such as #1d3557'],
    [{ barcode: { format: 'QRCode', message: 'x' } }, 'barcode.format: expected one of QR, PDF417, Aztec, Code128'],
    [{ relevantOn: 'tier' }, 'relevantOn: expected the path of a date, such as promotions[state=expiring].validTo'],
    [{ locations: [{ latitude: 91, longitude: 0 }] }, 'locations.0.latitude: expected a number from -90 to 90'],
    [
      { languages: [] },
      'languages: expected a list of languages, such as ["en", "de"]; the first is for everybody else',
    ],
    [
      { languages: ['en', 'de-12'] },
      'languages: expected a list of languages, such as ["en", "de"]; the first is for everybody else',
    ],
  ])('with %j is refused with where and what was expected', (changes, expected) => {
    expect(problemsOf(changes)).toContainEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  test('of the examples is read, and drawn as its shop means it', () => {
    const text = readFileSync(new URL('../../examples/card.json', import.meta.url), 'utf8');
    const pass = { ...zoe, points: [{ name: 'Stars', balance: '120' }], custom: { favouriteStore: 'Lyon' } };
    const drawn = { pass, revision: 2, changed: ['points', 'promotions'], lately: ['points', 'promotions'] };
    const { passJson, strings } = drawCard(right(readTemplate(text)), settings)(drawn, TOKEN);
    expect(passJson).toMatchObject({
      logoText: 'Maison Verte',
      backgroundColor: 'rgb(59, 47, 20)',
      storeCard: {
        headerFields: [{ key: 'stars', label: 'Stars', value: 120, numberStyle: 'PKNumberStyleDecimal' }],
        primaryFields: [{ key: 'name', value: 'Zoë Müller' }],
        secondaryFields: [
          {
            key: 'offer',
            label: 'Ends November 25, 2026',
            value: '10 € welcome voucher',
            changeMessage: 'Last days: %@',
          },
          { key: 'store', label: 'Your store', value: 'Lyon' },
        ],
      },
    });
    expect(strings).toContainEqual([
      'fr',
      expect.stringContaining('"Ends November 25, 2026" = "Jusqu’au 25 novembre 2026";'),
    ]);
  });

  test('that is no JSON, or no object, is refused', () => {
    expect(readTemplate('{"a": ')).toMatchObject({ left: [expect.stringMatching(/^expected JSON/)] });
    expect(readTemplate('[]')).toMatchObject({ left: [expect.stringMatching(/^(languages: )?expected/)] });
  });

  test('may name all that is on a pass, and nothing else; of somebody who is forgotten there is nothing to show', () => {
    const paths = [...schemaPaths(jsonSchemaOf(Pass), '')].filter((path) => path !== '.forgotten');
    expect(new Set(pathsOf(passShape))).toEqual(new Set(paths));
  });
});

/** Paths of all that stands under a name; money by its parts, what the mapping names as *. */
const pathsOf = (shape: Shape, path = ''): readonly string[] => {
  if (shape === 'money' && !/^\.tier\.next/.test(path)) return [`${path}.amount`, `${path}.currency`];
  if (typeof shape === 'string') return [path];
  if ('byName' in shape) return pathsOf(shape.byName, `${path}.*`);
  if ('fields' in shape) return Object.entries(shape.fields).flatMap(([name, of]) => pathsOf(of, `${path}.${name}`));
  return pathsOf(shape[0], path);
};

const schemaPaths = (schema: unknown, path: string): readonly string[] => {
  if (!isJsonObject(schema)) return [];
  if (Array.isArray(schema.anyOf))
    return schema.anyOf.flatMap((of: unknown) => schemaPaths(of, path)).filter((found) => found !== path);
  if (isJsonObject(schema.properties))
    return Object.entries(schema.properties).flatMap(([name, of]) => schemaPaths(of, `${path}.${name}`));
  if (isJsonObject(schema.additionalProperties)) return schemaPaths(schema.additionalProperties, `${path}.*`);
  return schema.items === undefined ? [path] : schemaPaths(schema.items, path);
};
