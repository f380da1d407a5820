import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { jsonSchemaOf, sharedSchemas } from '#adapters/schema/jsonSchema.ts';
import { published } from '#adapters/schema/published.ts';
import { latestOf, schemaFiles } from '#adapters/schema/schemaFiles.ts';
import { mutated } from '#test/support/mutations.ts';
import { detailArb } from '#test/support/publishedArbs.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const json = (value: unknown) => JSON.parse(JSON.stringify(value));

describe.each(published())('$bus: $detailType', ({ detailType, codec }) => {
  const file = latestOf(schemaFiles()).find((candidate) => candidate.detailType === detailType);
  const accepts = ajv.compile(file?.schema ?? false);

  test('its schema accepts what is published', () => {
    fc.assert(
      fc.property(detailArb(detailType), (detail) => {
        expect(accepts(json(detail)), JSON.stringify(accepts.errors)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('its schema accepts what its codec accepts, and refuses what it refuses', () => {
    fc.assert(
      fc.property(
        detailArb(detailType).chain((detail) => mutated(json(detail))),
        (changed) => {
          expect(accepts(changed), JSON.stringify(changed)).toBe(E.isRight(codec.decode(changed)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('the mutations of the law above are refused and accepted, both', () => {
  const { codec } = published()[0]!;
  const verdicts = fc
    .sample(
      detailArb('WalletPassIssued').chain((detail) => mutated(json(detail))),
      200,
    )
    .map((changed) => E.isRight(codec.decode(changed)));
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(20);
  expect(verdicts.filter((accepted) => !accepted).length).toBeGreaterThan(20);
});

describe('a codec as JSON Schema', () => {
  const named = t.strict({ a: t.string }, 'Named');
  test.each<[string, t.Any, object]>([
    ['a record', t.record(t.string, t.number), { type: 'object', additionalProperties: { type: 'number' } }],
    ['a union of bare types', t.union([t.string, t.null]), { type: ['string', 'null'] }],
    ['whatever there is', t.strict({ a: t.unknown }), { properties: { a: {} }, required: ['a'] }],
    ['any object', t.UnknownRecord, { type: 'object' }],
    ['a number with a rule of its own: its type alone', t.refinement(t.number, (n) => n > 0), { type: 'number' }],
    ['a union', t.union([named, t.null]), { anyOf: [{ $ref: '#/$defs/Named' }, { type: 'null' }] }],
    ['strict: what is beyond it is stripped, so it is open', t.strict({}), { type: 'object' }],
    ['parts that may be absent', t.partial({ a: t.string }), { type: 'object', properties: { a: { type: 'string' } } }],
    [
      'an intersection of parts',
      t.exact(t.intersection([t.type({ b: t.null }), t.partial({ a: t.literal(1) })])),
      { type: 'object', properties: { b: { type: 'null' }, a: { const: 1 } }, required: ['b'] },
    ],
  ])('%s', (_, codec, schema) => {
    expect(jsonSchemaOf(codec)).toMatchObject(schema);
  });

  test('parts that several schemas share stand where the document keeps them', () => {
    const shared = sharedSchemas('#/components/schemas/');
    expect(shared.schemaOf(named)).toEqual({ $ref: '#/components/schemas/Named' });
    expect(shared.schemaOf(t.readonlyArray(named))).toMatchObject({ items: { $ref: '#/components/schemas/Named' } });
    expect(Object.keys(shared.definitions())).toEqual(['Named']);
    expect(() => shared.schemaOf(t.strict({ b: t.null }, 'Named'))).toThrow('two codecs are called Named');
  });

  test('what no schema can say, and two codecs of one name, are broken programs', () => {
    expect(() => jsonSchemaOf(t.Function)).toThrow('Function');
    expect(() => jsonSchemaOf(t.strict({ a: named, b: t.strict({ c: t.string }, 'Named') }))).toThrow('Named');
  });
});
