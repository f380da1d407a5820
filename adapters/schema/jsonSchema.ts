import * as t from 'io-ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * The JSON Schema (2020-12) of what a codec accepts, of JSON values: keywords that mean the same in every draft, but for `$defs`
 * and `const`. Named codecs become `$defs`. Objects are open, strict ones too: a strict codec strips what it does not know, and
 * whoever reads must bear additions just so. Throws on a codec that no schema can say: a broken program.
 */
export const jsonSchemaOf = (codec: t.Any): JsonSchema => {
  const parts: Parts = { place: '#/$defs/', named: new Map() };
  const schema = inline(codec, parts);
  return parts.named.size === 0 ? schema : { ...schema, $defs: definitionsOf(parts) };
};

/** Schemas of one document, which share their named parts; place: where the document keeps those, such as `#/components/schemas/`. */
export const sharedSchemas = (place: string) => {
  const parts: Parts = { place, named: new Map() };
  return { schemaOf: (codec: t.Any) => schemaOf(codec, parts), definitions: () => definitionsOf(parts) };
};

type Parts = { readonly place: string; readonly named: Map<string, Named> };
type Named = { readonly codec: t.Any; schema: JsonSchema };

const definitionsOf = ({ named }: Parts): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries([...named].map(([name, { schema }]) => [name, schema]));

const schemaOf = (codec: t.Any, parts: Parts): JsonSchema => {
  if (!/^[A-Z]\w*$/.test(codec.name)) return inline(codec, parts);
  const known = parts.named.get(codec.name);
  if (known === undefined) {
    const entry: Named = { codec, schema: {} };
    parts.named.set(codec.name, entry);
    entry.schema = inline(codec, parts);
  } else if (known.codec !== codec && JSON.stringify(inline(codec, parts)) !== JSON.stringify(known.schema)) {
    throw new Error(`two codecs are called ${codec.name}`);
  }
  return { $ref: `${parts.place}${codec.name}` };
};

const inline = (codec: t.Any, parts: Parts): JsonSchema => {
  const inner = (of: t.Any): JsonSchema => schemaOf(of, parts);
  if (codec instanceof t.StringType) return { type: 'string' };
  if (codec instanceof t.NumberType) return { type: 'number' };
  if (codec instanceof t.BooleanType) return { type: 'boolean' };
  if (codec instanceof t.NullType) return { type: 'null' };
  if (codec instanceof t.UnknownType) return {};
  if (codec instanceof t.AnyDictionaryType) return { type: 'object' };
  if (codec instanceof t.LiteralType) return { const: codec.value };
  if (codec instanceof t.KeyofType) return { type: 'string', enum: Object.keys(codec.keys) };
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType)
    return { type: 'array', items: inner(codec.type) };
  if (codec instanceof t.DictionaryType && codec.domain instanceof t.StringType)
    return { type: 'object', additionalProperties: inner(codec.codomain) };
  if (codec instanceof t.ReadonlyType || codec instanceof t.ExactType) return inline(codec.type, parts);
  // What it asks for beyond its type is not said: the schema accepts more.
  if (codec instanceof t.RefinementType) return inline(codec.type, parts);
  if (codec instanceof t.InterfaceType) return objectOf(propertiesOf(codec.props, inner), Object.keys(codec.props));
  if (codec instanceof t.PartialType) return objectOf(propertiesOf(codec.props, inner), []);
  if (codec instanceof t.IntersectionType) return all(codec.types.map((of: t.Any) => inline(of, parts)));
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
