import type { FastifyInstance } from 'fastify';
import { asyncApiOf } from '../schema/asyncApi.ts';
import { latestOf, type SchemaFile, schemaFiles } from '../schema/schemaFiles.ts';
import { wholeNumber } from './memberApi.ts';
import { sendProblem } from './problem.ts';

/** What is published, described for tools: the schemas of the events, and an AsyncAPI document that refers to them. */
export const schemaApi = () => {
  const files = schemaFiles();
  return async (server: FastifyInstance): Promise<void> => {
    server.get('/api/schemas', async () => ({ items: latestOf(files).map(listed), next: null }));
    server.get<{ Params: { detailType: string }; Querystring: { version?: string } }>(
      '/api/schemas/:detailType',
      async (request, reply) => {
        const { detailType } = request.params;
        const ofType = files.filter((file) => file.detailType === detailType);
        const version = wholeNumber(request.query.version, Math.max(...ofType.map((file) => file.version)));
        if (version === null) return sendProblem(reply, 400, 'version: expected a whole number');
        const found = ofType.find((file) => file.version === version);
        if (found === undefined)
          return sendProblem(reply, 404, `No schema ${detailType}`, 'GET /api/schemas lists them');
        return reply.type('application/schema+json').send(JSON.stringify(found.schema));
      },
    );
    server.get('/api/asyncapi', async () => asyncApiOf(files, pathOf));
  };
};

const pathOf = ({ detailType, version }: SchemaFile): string => `/api/schemas/${detailType}?version=${version}`;

const listed = (file: SchemaFile) => ({
  bus: file.bus,
  source: file.source,
  detailType: file.detailType,
  version: file.version,
  description: file.schema.description,
  path: pathOf(file),
});
