import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asyncApiOf } from '#adapters/schema/asyncApi.ts';
import { published } from '#adapters/schema/published.ts';
import { registrySchemas } from '#adapters/schema/registry.ts';
import { latestOf, outdated, type SchemaFile, schemaFiles, schemaPath } from '#adapters/schema/schemaFiles.ts';
import { detailArb } from '#test/support/publishedArbs.ts';

/** `BILLFOLD_WRITE_DOCS=1 npx vitest run … test/adapters/schema/files.test.ts && npm run format` writes what is missing; a new shape becomes a new version. */
const isWriting = process.env.BILLFOLD_WRITE_DOCS === '1';
const at = (path: string): URL => new URL(`../../../adapters/schema/${path}`, import.meta.url);
const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

if (isWriting) {
  for (const file of outdated(schemaFiles())) writeFileSync(at(schemaPath(file)), text(file.schema));
  writeFileSync(at('asyncapi.json'), text(asyncApiOf(schemaFiles(), schemaPath)));
}

describe('the checked-in schemas', () => {
  const files = schemaFiles();

  it('say what the codecs say: BILLFOLD_WRITE_DOCS=1 writes what is missing, a new shape as a new version', () => {
    expect(outdated(files).map(schemaPath)).toEqual([]);
  });

  it('are one for each event that is published', () => {
    expect(new Set(files.map(({ detailType }) => detailType))).toEqual(
      new Set(published().map(({ detailType }) => detailType)),
    );
  });

  it('begin at 1 and leave no version out', () => {
    for (const [detailType, versions] of Map.groupBy(files, (file) => file.detailType))
      expect(
        versions.map(({ version }) => version),
        detailType,
      ).toEqual(versions.map((_, index) => index + 1));
  });

  it('a shape that is another gets the next version, words alone are put right where they stand', () => {
    const was = latestOf(files).find(({ detailType }) => detailType === 'WalletPassIssued')!;
    const properties = { ...(was.schema.properties as object), more: { type: 'string' } };
    const changed = (schema: object): readonly SchemaFile[] =>
      outdated(files.map((file) => (file === was ? { ...file, schema: { ...file.schema, ...schema } } : file)));
    expect(changed({ properties }).map(schemaPath)).toEqual([schemaPath({ ...was, version: was.version + 1 })]);
    expect(changed({ description: 'other words' }).map(schemaPath)).toEqual([schemaPath(was)]);
    expect(outdated(files.filter((file) => file !== was)).map(schemaPath)).toEqual([schemaPath(was)]);
  });

  it('are found by their $id, and name no property that is personal on the domain bus', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    for (const { schema, bus } of files) {
      ajv.addSchema(schema);
      expect(ajv.getSchema(String(schema.$id))).toBeTypeOf('function');
      if (bus === 'domain') expect(JSON.stringify(schema)).not.toMatch(/personal"|firstName|email/);
    }
  });
});

describe('the schema registry', () => {
  const schemas = registrySchemas(schemaFiles(), 'billfold');

  it('is given one schema for each event, named as EventBridge names them', () => {
    expect(schemas).toHaveLength(published().length);
    expect(schemas.map(({ SchemaName }) => SchemaName)).toContain('billfold.wallet@WalletPassIssued');
    for (const { SchemaName, Description, Type } of schemas) {
      expect(SchemaName).toMatch(/^[\w.@-]{1,385}$/);
      expect(Description.length).toBeLessThanOrEqual(256);
      expect(Type).toBe('JSONSchemaDraft4');
    }
  });

  it('is told in words of Draft 4 alone', () => {
    const words = new Set(['$schema', 'id', 'title', 'description', '$ref', 'definitions', 'type', 'enum', 'format']);
    for (const word of ['properties', 'required', 'items', 'additionalProperties', 'anyOf', 'allOf']) words.add(word);
    const NAMED = new Set(['properties', 'definitions']);
    const check = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [keyword, value] of Object.entries(node)) {
        expect(words).toContain(keyword);
        if (NAMED.has(keyword) || Array.isArray(value)) Object.values(value).forEach(check);
        else check(value);
      }
    };
    for (const { Content } of schemas) check(JSON.parse(Content));
  });

  it('accepts and refuses whole events as the schemas do their details', () => {
    for (const { SchemaName, Content } of schemas) {
      const [source = '', detailType = ''] = SchemaName.split('@');
      // What it is told means the same in draft 7, where the name of a schema is said otherwise.
      const { id: _, $schema: __, ...schema } = JSON.parse(Content);
      const accepts = new Ajv({ allowUnionTypes: true, formats: { 'date-time': true } }).compile(schema);
      const [detail] = fc.sample(detailArb(detailType), 1);
      const envelope = {
        version: '0',
        id: '1',
        account: '0',
        time: '2026-11-21T00:00:00Z',
        region: 'r',
        resources: [],
      };
      const event = { ...envelope, source, 'detail-type': detailType, detail };
      expect(accepts(event), `${SchemaName}: ${JSON.stringify(accepts.errors)}`).toBe(true);
      expect(accepts({ ...event, detail: { ...detail, data: null } })).toBe(false);
      expect(accepts({ ...event, 'detail-type': 'Another' })).toBe(false);
    }
  });
});

describe('the AsyncAPI document', () => {
  const document = JSON.parse(readFileSync(at('asyncapi.json'), 'utf8'));

  it('is the checked-in one', () => {
    expect(document).toEqual(asyncApiOf(schemaFiles(), schemaPath));
  });

  it('is valid AsyncAPI 3.0.0', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const specification = import.meta.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const validate = ajv.compile(JSON.parse(readFileSync(fileURLToPath(specification), 'utf8')));
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...document, channels: { wallet: { messages: [] } } })).toBe(false);
  });

  it('names a message for every event, in the channel of its bus, and a schema that is there', () => {
    for (const { bus, detailType } of published()) {
      expect(document.channels[bus].messages[detailType]).toEqual({ $ref: `#/components/messages/${detailType}` });
      const { $ref } = document.components.messages[detailType].payload.schema;
      expect(JSON.parse(readFileSync(at($ref), 'utf8'))).toMatchObject({ title: detailType });
    }
    expect(document.channels.wallet.address).toBe('billfold-wallet');
  });
});
