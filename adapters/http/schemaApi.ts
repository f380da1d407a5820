import type { FastifyInstance } from 'fastify';
import { asyncApiOf } from '../schema/asyncApi.ts';
import { latestOf, type SchemaFile, schemaFiles } from '../schema/schemaFiles.ts';
import { AsyncApiDocument, type SchemaListed, SchemasListed } from './answers/schemas.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { wholeFrom1 } from './parameters.ts';
import { sendProblem } from './problem.ts';

/** What is published, described for tools: the schemas of the events, and an AsyncAPI document that refers to them. */
export const schemaApi = () => {
  const files = schemaFiles();
  return async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/schemas', LIST_SCHEMAS, async () => ({
      items: latestOf(files).map(listed),
      next: null,
    }));
    route(server, 'GET', '/api/schemas/:detailType', GET_SCHEMA, async (request, reply) => {
      const { detailType } = request.params;
      const ofType = files.filter((file) => file.detailType === detailType);
      const version = wholeNumber(request.query.version, Math.max(...ofType.map((file) => file.version)));
      if (version === null) return sendProblem(reply, 400, 'version: expected a whole number');
      const found = ofType.find((file) => file.version === version);
      if (found === undefined) return sendProblem(reply, 404, `No schema ${detailType}`, 'GET /api/schemas lists them');
      return reply.type('application/schema+json').send(JSON.stringify(found.schema));
    });
    route(server, 'GET', '/api/asyncapi', GET_ASYNC_API, async () => asyncApiOf(files, pathOf));
  };
};

const pathOf = ({ detailType, version }: SchemaFile): string => `/api/schemas/${detailType}?version=${version}`;

const LIST_SCHEMAS = operation({
  id: 'listSchemas',
  tag: 'schemas',
  summary: 'the events that both buses carry, and where their JSON Schemas are',
  answers: { 200: SchemasListed },
});

const GET_SCHEMA = operation({
  id: 'getSchema',
  tag: 'schemas',
  summary: 'the JSON Schema of one',
  params: { detailType: 'As the list says' },
  query: { version: wholeFrom1('The latest where it is not said') },
  answers: { 200: { 'application/schema+json': 'A JSON Schema (2020-12) of the `detail` of the event' } },
  refusals: { 404: 'There is no such schema' },
});

const GET_ASYNC_API = operation({
  id: 'getAsyncApi',
  tag: 'schemas',
  summary: 'both buses as an AsyncAPI document, for tools',
  answers: { 200: AsyncApiDocument },
});

const listed = (file: SchemaFile): SchemaListed => ({
  bus: file.bus,
  source: file.source,
  detailType: file.detailType,
  version: file.version,
  description: String(file.schema.description),
  path: pathOf(file),
});
