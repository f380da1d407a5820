import type { FastifyInstance } from 'fastify';
import { AT_MOST_LEVELS, isTooDeep } from '../jsonDepth.ts';

/** Bodies of application/json, read as Fastify reads them (keys that would change a prototype are refused), but no deeper than anybody means them. */
export const readJsonBodies = (server: FastifyInstance): void => {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    isTooDeep(String(body)) ? done(tooDeep()) : parse(request, String(body), done),
  );
};

const tooDeep = (): Error => Object.assign(new Error(AT_MOST_LEVELS), { statusCode: 400 });
