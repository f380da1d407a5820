import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApi } from '#adapters/http/openApi.ts';
import type { JsonSchema } from '#adapters/schema/jsonSchema.ts';

/** An operation of a document, as far as rules ask. */
export type ToldOperation = {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
};
export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export const operationsOf = ({ paths }: OpenApi): readonly ToldOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, told]) => ({
      ...(told as Omit<ToldOperation, 'method' | 'path'>),
      method,
      path,
    })),
  );

/**
 * What OpenAPI 3.1 asks of a document ("Paths Object" to "Schema Object", OpenAPI Specification v3.1.1; read 2026-11-22), as far as ours uses it. [] where
 * nothing is wrong.
 */
export const openApiFaults = (document: OpenApi): readonly string[] => {
  const operations = operationsOf(document);
  const tags = new Set((document.tags as readonly { readonly name: string }[]).map(({ name }) => name));
  const info = document.info as Readonly<Record<string, unknown>>;
  return [
    ...fault(!/^3\.1\.\d+$/.test(document.openapi), 'openapi: no version 3.1'),
    ...fault(
      typeof info.title !== 'string' || typeof info.version !== 'string',
      'info: title and version are required',
    ),
    ...fault(operations.length === 0, 'paths: none'),
    ...twice(operations.map(({ operationId }) => operationId)).map((id) => `operationId ${id}: not unique`),
    ...twice(Object.keys(document.paths).map(shapeOf)).map((path) => `${path}: twice, but for names of parameters`),
    ...operations.flatMap((operation) =>
      operationFaults(operation, tags).map((told) => `${operation.method} ${operation.path}: ${told}`),
    ),
    ...schemaFaults(document),
  ];
};

const operationFaults = (
  { path, operationId, tags, summary, parameters = [], requestBody, responses }: ToldOperation,
  known: ReadonlySet<string>,
): readonly string[] => {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
  return [
    ...fault(!path.startsWith('/') || path.includes(':'), 'no path template'),
    ...fault(!/^[a-z][A-Za-z]+$/.test(operationId), 'operationId: no name'),
    ...fault(tags.length === 0 || tags.some((tag) => !known.has(tag)), 'tags: not declared'),
    ...fault(summary === '' || /\n/.test(summary), 'summary: expected one line'),
    ...fault(
      !isDeepStrictEqual(new Set(templated), new Set(inPath.map(({ name }) => name))),
      'parameters: not those of the path',
    ),
    ...fault(
      inPath.some((parameter) => !('required' in parameter)),
      'parameters: those of a path are required',
    ),
    ...fault(
      parameters.some(({ schema }) => schema === undefined),
      'parameters: expected a schema',
    ),
    ...twice(parameters.map(({ name, in: place }) => `${place} ${name}`)).map((name) => `parameter ${name}: twice`),
    ...fault(!Object.keys(responses).some((status) => /^2\d\d$/.test(status)), 'responses: none that is a success'),
    ...Object.entries(responses).flatMap(([status, { description }]) => [
      ...fault(!/^(?:[1-5]\d\d|default)$/.test(status), `response ${status}: no status`),
      ...fault(typeof description !== 'string' || description === '', `response ${status}: expected a description`),
    ]),
    ...contents.flatMap((content) =>
      content === undefined
        ? []
        : [
            ...fault(Object.keys(content).length === 0, 'content: expected a media type'),
            ...fault(
              Object.entries(content).some(
                ([type, { schema }]) => !/^[\w*]+\/[\w.+*-]+$/.test(type) || schema === undefined,
              ),
              'content: expected media types with schemas',
            ),
          ],
    ),
  ];
};

/** Every schema, wherever it is, compiles: it says what JSON Schema 2020-12 has words for, and its references lead somewhere. */
const schemaFaults = (document: OpenApi): readonly string[] => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  ajv.addSchema({ $id: 'urn:billfold:parts', $defs: elsewhere(document.components.schemas, '#') });
  const compiled = (where: string, schema: JsonSchema): readonly string[] => {
    try {
      ajv.compile(elsewhere(schema, 'urn:billfold:parts#'));
      return [];
    } catch (error) {
      return [`${where}: ${error instanceof Error ? error.message : String(error)}`];
    }
  };
  return [
    ...Object.keys(document.components.schemas).flatMap((name) =>
      compiled(name, { $ref: `#/components/schemas/${name}` }),
    ),
    ...operationsOf(document).flatMap(({ operationId, parameters = [], requestBody, responses }) =>
      [
        ...parameters.map(({ schema }) => schema),
        ...[requestBody, ...Object.values(responses)].flatMap((part) =>
          Object.values(part?.content ?? {}).map(({ schema }) => schema),
        ),
      ].flatMap((schema) => compiled(operationId, schema)),
    ),
  ];
};

/** The same, its references leading to the $defs of another document; "#": of its own. */
export const elsewhere = <Schema extends object>(schema: Schema, document: string): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${document}/$defs/`));

const shapeOf = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');
const fault = (isWrong: boolean, said: string): readonly string[] => (isWrong ? [said] : []);
const twice = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);
