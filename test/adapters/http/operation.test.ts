import Fastify, { type FastifyInstance } from 'fastify';
import * as t from 'io-ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpointIndex } from '#adapters/http/endpointIndex.ts';
import { collectOperations, openApiOf } from '#adapters/http/openApi.ts';
import { operation, route } from '#adapters/http/operation.ts';
import { sendProblem } from '#adapters/http/problem.ts';
import { openApiFaults, operationsOf } from '#test/support/openApiRules.ts';

const Parcel = t.strict({ id: t.string, weight: t.number }, 'Parcel');
const listParcels = operation({
  id: 'listParcels',
  tag: 'passes',
  summary: 'all parcels',
  query: { after: 'the next of the page before' },
  answers: { 200: t.strict({ items: t.readonlyArray(Parcel), next: t.union([t.string, t.null]) }, 'Parcels') },
});
const getParcel = operation({
  ...{ id: 'getParcel', tag: 'passes', summary: 'one', params: { id: 'as the list says' } },
  answers: { 200: Parcel },
  refusals: { 404: 'there is none' },
});
const sendParcel = operation({
  ...{ id: 'sendParcel', tag: 'intake', summary: 'sends one' },
  body: Parcel,
  answers: { 201: Parcel },
});

const started = async (register: (server: FastifyInstance) => void) => {
  const server = Fastify();
  onTestFinished(() => server.close());
  const routes = collectOperations(server);
  register(server);
  await server.ready();
  return { server, routes };
};
const parcels = (server: FastifyInstance): void => {
  route(server, 'GET', '/parcels', listParcels, async ({ query }) => ({ items: [], next: query.after ?? null }));
  route(server, 'GET', '/parcels/:id', getParcel, async ({ params }, reply) =>
    params.id === 'none' ? sendProblem(reply, 404, 'No such parcel') : { id: params.id, weight: 1 },
  );
  route(server, 'POST', '/parcels', sendParcel, async ({ body }, reply) => reply.code(201).send(body));
};

describe('a route', () => {
  it.each(['/parcels/', `/parcels/${'%C3%A9'.repeat(451)}`])(
    'refuses a name that no store could hold as a key, before anybody is asked: %s',
    async (url) => {
      const server = Fastify({ routerOptions: { maxParamLength: 5_000 } });
      onTestFinished(() => server.close());
      parcels(server);
      const { statusCode, body } = await server.inject({ method: 'GET', url });
      expect({ statusCode, body: JSON.parse(body) }).toMatchObject({
        ...{ statusCode: 400, body: { title: 'id: expected an id of 1 to 900 bytes' } },
      });
    },
  );

  it('says of itself what it is asked and answers, and its codecs become schemas', async () => {
    const { routes } = await started(parcels);
    const document = openApiOf(routes);
    expect(openApiFaults(document)).toEqual([]);
    expect(document.components.schemas.Parcel).toEqual({
      type: 'object',
      properties: { id: { type: 'string' }, weight: { type: 'number' } },
      required: ['id', 'weight'],
    });
    expect(operationsOf(document).find(({ operationId }) => operationId === 'getParcel')).toMatchObject({
      ...{ path: '/parcels/{id}', method: 'get', parameters: [{ name: 'id', in: 'path', required: true }] },
      responses: {
        200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Parcel' } } } },
        404: { description: 'there is none', content: { 'application/problem+json': {} } },
      },
    });
  });

  it('is a line of the index, which goes by area', async () => {
    const { routes } = await started(parcels);
    expect(endpointIndex(routes)).toBe(
      [
        'billfold\n',
        'POST   /parcels           sends one',
        'GET    /parcels{?after}   all parcels',
        'GET    /parcels/{id}      one\n',
      ].join('\n'),
    );
  });

  it('refuses a body that its codec does, and says where and what was expected, never the value', async () => {
    const { server } = await started(parcels);
    const refused = await server.inject({ method: 'POST', url: '/parcels', payload: { id: 'p', weight: 'heavy' } });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toEqual({
      ...{ type: 'about:blank', title: 'Not understood', status: 400 },
      detail: 'weight: expected number',
    });
    const taken = await server.inject({ method: 'POST', url: '/parcels', payload: { id: 'p', weight: 2 } });
    expect({ status: taken.statusCode, body: taken.json() }).toEqual({ status: 201, body: { id: 'p', weight: 2 } });
  });

  it('refuses a parameter that is given twice', async () => {
    const { server } = await started(parcels);
    const answer = await server.inject('/parcels?after=a&after=b');
    expect(answer.json()).toMatchObject({ status: 400, title: 'after: expected no more than one value' });
    expect((await server.inject('/parcels?after=a')).json()).toEqual({ items: [], next: 'a' });
  });

  it('that says nothing of itself is a broken program; one that is no part of the API says so', async () => {
    await expect(started((server) => server.get('/forgotten', async () => ''))).rejects.toThrow(
      'GET /forgotten has no operation',
    );
    const page = (server: FastifyInstance) => server.get('/page', { config: { operation: null } }, async () => '');
    expect((await started(page)).routes).toEqual([]);
  });

  it('does not compile where it answers something else, or asks for what its path does not name', async () => {
    await started((server) => {
      // @ts-expect-error: weight is a number
      route(server, 'GET', '/a/:id', getParcel, async ({ params }) => ({ id: params.id, weight: 'heavy' }));
      // @ts-expect-error: the same, sent
      route(server, 'GET', '/b/:id', getParcel, async ({ params: { id } }, reply) => reply.send({ id }));
      // @ts-expect-error: the path names an id
      route(server, 'GET', '/c/:id', listParcels, async () => ({ items: [], next: null }));
      // @ts-expect-error: the path names none
      route(server, 'GET', '/d', getParcel, async () => ({ id: 'a', weight: 1 }));
      // @ts-expect-error: nobody may ask for that
      route(server, 'GET', '/e', listParcels, async ({ query }) => ({ items: [], next: query.before ?? null }));
    });
  });
});

describe('the rules of a document', () => {
  const faultsOf = async (register: (server: FastifyInstance) => void) =>
    openApiFaults(openApiOf((await started(register)).routes)).join('; ');

  it('find a name that two operations have', async () => {
    expect(
      await faultsOf((server) => {
        for (const path of ['/a', '/b'])
          route(server, 'GET', path, listParcels, async () => ({ items: [], next: null }));
      }),
    ).toContain('operationId listParcels: not unique');
  });

  it('find a schema that leads nowhere', async () => {
    const { routes } = await started(parcels);
    const { components, ...document } = openApiOf(routes);
    const { Parcel: _, ...schemas } = components.schemas;
    expect(openApiFaults({ ...document, components: { ...components, schemas } }).join('; ')).toContain(
      "can't resolve",
    );
  });
});
