import type { JsonSchema } from '#adapters/schema/jsonSchema.ts';

export type SampleDeps = {
  /** Named parts of the document. */
  readonly parts: Readonly<Record<string, JsonSchema>>;
  /** Which of several; counted round. */
  readonly which: number;
  /** A value that a property of that name may have, where any text may stand; undefined: nothing is known of it. */
  readonly known: (name: string) => string | undefined;
};

/** A value that a schema of the OpenAPI document accepts, as far as keywords say it. name: of the property it is. */
export const sampleOf = (schema: JsonSchema, deps: SampleDeps, name = ''): unknown => {
  const { parts, which, known } = deps;
  const { $ref, type, properties = {}, items, anyOf, allOf, additionalProperties } = schema;
  if (typeof $ref === 'string') return sampleOf(parts[$ref.split('/').at(-1) ?? ''] ?? {}, deps, name);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[which % schema.enum.length];
  if (Array.isArray(anyOf)) return sampleOf(anyOf[which % anyOf.length], deps, name);
  if (Array.isArray(allOf)) return Object.assign({}, ...allOf.map((part) => sampleOf(part, deps, name)));
  if (type === 'array') return [sampleOf(Object(items), deps, name)];
  if (type === 'object' || 'properties' in schema)
    return Object.fromEntries([
      ...Object.entries(properties as Readonly<Record<string, JsonSchema>>).map(([key, of]) => [
        key,
        sampleOf(of, deps, key),
      ]),
      ...(typeof additionalProperties === 'object' ? [['a', sampleOf(Object(additionalProperties), deps, 'a')]] : []),
    ]);
  if (type === 'number' || type === 'integer') return 1 + (which % 3);
  if (type === 'boolean') return which % 2 === 0;
  if (type === 'null') return null;
  return known(name) ?? 'a';
};
