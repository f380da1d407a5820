import type { FastifyInstance } from 'fastify';
import * as t from 'io-ts';
import { type JsonSchema, sharedSchemas } from '../schema/jsonSchema.ts';
import { type Media, type Operation, type Parameter, tags } from './operation.ts';
import { Problem } from './problem.ts';

/** A route as it was registered: its path in Fastify's words. */
export type DocumentedRoute = { readonly method: string; readonly path: string; readonly operation: Operation };

export type OpenApi = {
  readonly openapi: '3.1.1';
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: JsonSchema };
  readonly [part: string]: unknown;
};

/** The routes that are registered from now on, in that order. One that says nothing of itself is a broken program: it throws. */
export const collectOperations = (server: FastifyInstance): readonly DocumentedRoute[] => {
  const routes: DocumentedRoute[] = [];
  server.addHook('onRoute', ({ method, url, config }) => {
    const operation = config?.operation;
    if (operation === undefined) throw new Error(`${method} ${url} has no operation: see adapters/http/operation.ts`);
    if (operation === null) return;
    // Fastify adds a HEAD to every GET.
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, path: url, operation });
  });
  return routes;
};

/** The routes as an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12. */
export const openApiOf = (routes: readonly DocumentedRoute[]): OpenApi => {
  const schemas = sharedSchemas('#/components/schemas/');
  const problem = schemas.schemaOf(Problem);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const { method, path, operation } of routes) {
    const template = templateOf(path);
    paths[template] = {
      ...paths[template],
      [method.toLowerCase()]: operationOf(operation, schemas.schemaOf, problem),
    };
  }
  const used = new Set(routes.map(({ operation }) => operation.tag));
  return {
    openapi: '3.1.1',
    info: {
      title: 'billfold',
      version: VERSION,
      description: `What a running billfold answers. ${OPEN}`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: '/' }],
    // Without a token on the machine itself, with one from elsewhere.
    security: [{}, { token: [] }],
    tags: Object.entries(tags).flatMap(([name, description]) =>
      used.has(name as keyof typeof tags) ? [{ name, description }] : [],
    ),
    paths,
    components: { schemas: schemas.definitions(), securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
};

/** Of the surface: raised where an answer loses something. */
const VERSION = '1.0.0';
const OPEN =
  'Refusals are problems (RFC 9457). Lists answer { items, next }: next is the cursor to ask with as `after`, null at the end. Properties are added without further notice, so ignore those that you do not know.';

/** /api/members/:id → /api/members/{id} */
export const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

type SchemaOf = (codec: t.Any) => JsonSchema;

const operationOf = (
  { id, tag, summary, description, params, query, headers, body, answers, refusals = {} }: Operation,
  schemaOf: SchemaOf,
  problem: JsonSchema,
): JsonSchema => {
  const parameters = [
    ...parametersIn('path', params),
    ...parametersIn('query', query),
    ...parametersIn('header', headers),
  ];
  const refused = { ...((params ?? query ?? body) !== undefined && { 400: 'Not understood' }), ...refusals };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(body, schemaOf) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          {
            description: REASONS[Number(status)] ?? 'The answer',
            ...(answer !== null && { content: contentOf(answer, schemaOf) }),
          },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(refused)
          .filter(([status]) => !(status in answers))
          .map(([status, why]) => [status, { description: why, content: { [PROBLEM]: { schema: problem } } }]),
      ),
      ...(!('default' in answers) && {
        default: { description: 'Something went wrong here', content: { [PROBLEM]: { schema: problem } } },
      }),
    },
  };
};

const PROBLEM = 'application/problem+json';
const REASONS: Readonly<Record<number, string>> = {
  200: 'The answer',
  201: 'Made',
  202: 'Taken: it goes on by itself',
  204: 'Done: nothing to say',
};

const parametersIn = (
  place: 'path' | 'query' | 'header',
  named: Readonly<Record<string, string | Parameter>> = {},
): readonly JsonSchema[] =>
  Object.entries(named).map(([name, said]) => ({
    name,
    in: place,
    ...(place === 'path' && { required: true }),
    ...(typeof said === 'string' ? { description: said, schema: { type: 'string' } } : said),
  }));

/** A media type that is told in words holds no JSON: no schema says more of it. */
const contentOf = (content: t.Any | Media, schemaOf: SchemaOf): JsonSchema =>
  content instanceof t.Type
    ? { 'application/json': { schema: schemaOf(content) } }
    : Object.fromEntries(
        Object.entries(content).map(([mediaType, of]) => [
          mediaType,
          typeof of === 'string' ? { schema: { description: of } } : { schema: schemaOf(of) },
        ]),
      );
