import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApi } from '#adapters/http/openApi.ts';
import type { JsonSchema } from '#adapters/schema/jsonSchema.ts';
import { type Content, elsewhere, operationsOf, type ToldOperation } from './openApiRules.ts';

/** An answer as it came; body: parsed where it is JSON. */
export type Answered = {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
};

/**
 * Says where an answer is not what the document says: an operation, status or media type that it does not know, JSON that its schema refuses, or a
 * property that it does not name. null: it is held to.
 */
export const heldToOpenApi = (document: OpenApi) => {
  const operations = operationsOf(document);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  ajv.addSchema({ $id: PARTS, $defs: closedComponents(document) });
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const validatorOf = (schema: JsonSchema): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(elsewhere(closed(schema, document), `${PARTS}#`));
    compiled.set(schema, known);
    return known;
  };
  return ({ method, path, status, type, body }: Answered): string | null => {
    const operation = operationFor(operations, method, path);
    const where = `${method} ${path} answered ${status}`;
    if (operation === null) return status === 404 ? null : `${where}, and no operation is documented`;
    const content = contentFor(operation, status);
    if (content === null) return `${where}, which is not documented`;
    if (status === 204) return null;
    const media = type?.split(';')[0] ?? '';
    const told = content[media];
    if (told === undefined) return `${where} with ${media}, which is not documented`;
    if (!media.includes('json')) return null;
    const validate = validatorOf(told.schema);
    return validate(body) ? null : `${where}, and ${faultText(validate)}`;
  };
};

/** Says where a request is not one that the document tells of: an address that is no operation's, or a query that it does not name. null: it is. */
export const askedByOpenApi = (document: OpenApi) => {
  const operations = operationsOf(document);
  return ({ method, path }: Pick<Answered, 'method' | 'path'>): string | null => {
    const operation = operationFor(operations, method, path);
    if (operation === null) return `${method} ${path} is no documented operation`;
    const told = new Set((operation.parameters ?? []).filter(({ in: place }) => place === 'query').map(nameOf));
    const untold = [...new URLSearchParams(path.split('?')[1]).keys()].filter((name) => !told.has(name));
    return untold.length === 0
      ? null
      : `${method} ${operation.path} is asked with ${untold.join()}, which is not documented`;
  };
};
const nameOf = ({ name }: { readonly name: string }): string => name;

/** The first ones; of a union every branch has its own. */
const faultText = ({ errors }: ValidateFunction): string =>
  (errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${params.unevaluatedProperty ?? ''}`.trim())
    .join('; ');

/** Of several templates the one with most text of its own: /api/quarantine/retry before /api/quarantine/{id}. */
const operationFor = (operations: readonly ToldOperation[], method: string, path: string): ToldOperation | null => {
  const [bare = ''] = path.split('?');
  const fitting = operations.filter(
    (operation) => operation.method === method.toLowerCase() && templatePattern(operation.path).test(bare),
  );
  const literal = ({ path }: ToldOperation): number => path.replaceAll(/\{\w+\}/g, '').length;
  return fitting.toSorted((a, b) => literal(b) - literal(a))[0] ?? null;
};
const templatePattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);

/** What any route may answer, and `default` says, are its guards' words and accidents; the rest an operation says itself. null: it does not. */
const contentFor = ({ responses }: ToldOperation, status: number): Content | null => {
  const told = responses[status] ?? (ANYWHERE.has(status) ? responses.default : undefined);
  return told === undefined ? null : (told.content ?? {});
};
const ANYWHERE = new Set([401, 403, 413, 415, 429, 500]);

/** Others stand beside what they name. */
const OPEN = new Set(['Views', 'AsyncApiDocument', 'OpenApiDocument']);

const PARTS = 'urn:billfold:answers';

const closedComponents = (document: OpenApi): JsonSchema =>
  elsewhere(
    Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, schema]) => [
        name,
        OPEN.has(name) ? schema : closed(schema, document),
      ]),
    ),
    `${PARTS}#`,
  );

/** The schema, refusing what it does not name. Documents leave objects open, as readers should; that we answer more than they say is a mistake. */
const closed = (schema: JsonSchema, document: OpenApi): JsonSchema => {
  if ('allOf' in schema) return { type: 'object', ...opened(schema, document), unevaluatedProperties: false };
  const inner = withClosedParts(schema, document);
  return 'properties' in schema ? { ...inner, unevaluatedProperties: false } : inner;
};

/** The same, but for the object itself: a part of one that is closed as a whole. */
const opened = (schema: JsonSchema, document: OpenApi): JsonSchema => {
  const parts = (keyword: 'allOf' | 'anyOf'): JsonSchema =>
    keyword in schema
      ? { [keyword]: (schema[keyword] as readonly JsonSchema[]).map((of) => opened(of, document)) }
      : {};
  if (typeof schema.$ref === 'string')
    return opened(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, document);
  return { ...withClosedParts(schema, document), ...parts('allOf'), ...parts('anyOf') };
};

const withClosedParts = (schema: JsonSchema, document: OpenApi): JsonSchema => {
  const { properties, items, additionalProperties, anyOf } = schema;
  const each = (parts: object): JsonSchema =>
    Object.fromEntries(Object.entries(parts).map(([name, of]) => [name, closed(of, document)]));
  return {
    ...schema,
    ...(isSchema(properties) && { properties: each(properties) }),
    ...(isSchema(items) && { items: closed(items, document) }),
    ...(isSchema(additionalProperties) && { additionalProperties: closed(additionalProperties, document) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((of) => closed(of, document)) }),
  };
};

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
