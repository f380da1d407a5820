import * as t from 'io-ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * The JSON Schema (2020-12) of what a codec accepts, of JSON values: keywords that mean the same in every draft, but for `$defs`
 * and `const`. Named codecs become `$defs`. Objects are open, strict ones too: a strict codec strips what it does not know, and
 * whoever reads must bear additions just so. Throws on a codec that no schema can say: a broken program.
 */
export const jsonSchemaOf = (codec: t.Any): JsonSchema => {
  const named = new Map<string, Named>();
  const schema = schemaOf(codec, named, true);
  if (named.size === 0) return schema;
  const definitions = [...named].map(([name, { schema: ofName }]) => [name, ofName]);
  return { ...schema, $defs: Object.fromEntries(definitions) };
};

type Named = { readonly codec: t.Any; schema: JsonSchema };

const schemaOf = (codec: t.Any, named: Map<string, Named>, isRoot = false): JsonSchema => {
  if (isRoot || !/^[A-Z]\w*$/.test(codec.name)) return inline(codec, named);
  const known = named.get(codec.name);
  if (known === undefined) {
    const entry: Named = { codec, schema: {} };
    named.set(codec.name, entry);
    entry.schema = inline(codec, named);
  } else if (known.codec !== codec && JSON.stringify(inline(codec, named)) !== JSON.stringify(known.schema)) {
    throw new Error(`two codecs are called ${codec.name}`);
  }
  return { $ref: `#/$defs/${codec.name}` };
};

const inline = (codec: t.Any, named: Map<string, Named>): JsonSchema => {
  const inner = (of: t.Any): JsonSchema => schemaOf(of, named);
  if (codec instanceof t.StringType) return { type: 'string' };
  if (codec instanceof t.NumberType) return { type: 'number' };
  if (codec instanceof t.BooleanType) return { type: 'boolean' };
  if (codec instanceof t.NullType) return { type: 'null' };
  if (codec instanceof t.LiteralType) return { const: codec.value };
  if (codec instanceof t.KeyofType) return { type: 'string', enum: Object.keys(codec.keys) };
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType)
    return { type: 'array', items: inner(codec.type) };
  if (codec instanceof t.DictionaryType && codec.domain instanceof t.StringType)
    return { type: 'object', additionalProperties: inner(codec.codomain) };
  if (codec instanceof t.ReadonlyType || codec instanceof t.ExactType) return inline(codec.type, named);
  if (codec instanceof t.InterfaceType) return objectOf(propertiesOf(codec.props, inner), Object.keys(codec.props));
  if (codec instanceof t.PartialType) return objectOf(propertiesOf(codec.props, inner), []);
  if (codec instanceof t.IntersectionType) return all(codec.types.map((of: t.Any) => inline(of, named)));
  if (codec instanceof t.UnionType) return any(codec.types.map(inner));
  throw new Error(`no JSON Schema says ${codec.name}`);
};

const propertiesOf = (props: t.Props, inner: (codec: t.Any) => JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(props).map(([name, codec]) => [name, inner(codec)]));

const objectOf = (properties: JsonSchema, required: readonly string[]): JsonSchema => ({
  type: 'object',
  ...(Object.keys(properties).length > 0 && { properties }),
  ...(required.length > 0 && { required: required.toSorted((a, b) => (a < b ? -1 : 1)) }),
});

/** Objects that name different properties are one object. */
const all = (schemas: readonly JsonSchema[]): JsonSchema => {
  const names = schemas.flatMap((schema) => Object.keys((schema.properties as JsonSchema | undefined) ?? {}));
  const isPlain = schemas.every((schema) =>
    Object.keys(schema).every((keyword) => ['type', 'properties', 'required'].includes(keyword)),
  );
  if (!isPlain || new Set(names).size !== names.length) return { allOf: schemas };
  return objectOf(
    Object.assign({}, ...schemas.map(({ properties }) => properties)),
    schemas.flatMap(({ required }) => (required as readonly string[] | undefined) ?? []),
  );
};

/** Bare types are listed in one `type`. */
const any = (schemas: readonly JsonSchema[]): JsonSchema =>
  schemas.every((schema) => Object.keys(schema).join() === 'type')
    ? { type: schemas.map(({ type }) => type) }
    : { anyOf: schemas };
