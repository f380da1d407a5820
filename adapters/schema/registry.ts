import type { JsonSchema } from './jsonSchema.ts';
import { latestOf, type SchemaFile } from './schemaFiles.ts';

/** The input of CreateSchema, and of UpdateSchema, as the AWS CLI reads it: `aws schemas create-schema --cli-input-json …`. */
export type RegistrySchema = {
  readonly RegistryName: string;
  readonly SchemaName: string;
  readonly Type: 'JSONSchemaDraft4';
  readonly Description: string;
  /** The schema, as JSON text. */
  readonly Content: string;
};

/**
 * The latest schemas as EventBridge's schema registry takes them. It knows JSONSchemaDraft4 and OpenApi3 (API reference, "UpdateSchema";
 * guide, "Creating an event schema"; read 2026-11-21); Draft 4 says all that ours say. The registry numbers the versions of a name
 * itself, by integers from 1: put in the order of the files, its numbers are theirs.
 */
export const registrySchemas = (files: readonly SchemaFile[], registryName: string): readonly RegistrySchema[] =>
  latestOf(files).map((file) => ({
    RegistryName: registryName,
    SchemaName: `${file.source}@${file.detailType}`,
    Type: 'JSONSchemaDraft4',
    Description: String(file.schema.description).slice(0, MAX_DESCRIPTION),
    Content: JSON.stringify(eventSchema(file)),
  }));

const MAX_DESCRIPTION = 256;

/** The registry describes whole events, as rules see them. */
const eventSchema = ({ source, detailType, schema }: SchemaFile): JsonSchema => {
  const { $defs, $schema: _, $id, title, description, ...detail } = schema;
  const text = { type: 'string' };
  return {
    $schema: 'http://json-schema.org/draft-04/schema#',
    id: `${$id}:event`,
    title,
    description,
    type: 'object',
    properties: {
      version: text,
      id: text,
      'detail-type': { enum: [detailType] },
      source: { enum: [source] },
      account: text,
      time: { type: 'string', format: 'date-time' },
      region: text,
      resources: { type: 'array', items: text },
      detail: { $ref: `#/definitions/${DETAIL}` },
    },
    required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
    definitions: { ...(draft4($defs ?? {}) as JsonSchema), [DETAIL]: draft4(detail) },
  };
};

const DETAIL = 'Detail';

/** Draft 4 has neither `const` nor `$defs`. */
const draft4 = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(draft4);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([keyword, value]) => {
      if (keyword === 'const' && typeof value !== 'object') return ['enum', [value]];
      if (keyword === '$ref') return ['$ref', String(value).replace('#/$defs/', '#/definitions/')];
      return [keyword, draft4(value)];
    }),
  );
};
