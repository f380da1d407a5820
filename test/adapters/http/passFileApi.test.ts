import Fastify from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, it, onTestFinished } from 'vitest';
import { passFileApi } from '#adapters/http/passFileApi.ts';
import { operate } from '#test/adapters/middleware/operated.ts';
import { liveOf } from '#test/contract/viewStore.ts';

const passedOn = async (middlewareUrl: string) => {
  const server = Fastify();
  server.get('/api/passes/:id', async ({ params }) => params);
  const views = { load: () => TE.right({ ...liveOf('0038d000008NplcAAC'), revision: 7 }) };
  await server.register(passFileApi({ middlewareUrl, views, patienceMs: 200 }));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return (id: string) => fetch(`${url}/api/passes/${id}`);
};

it('a signed pass is what the middleware answers, of ids of 15 characters too; the pass itself is not its business', async () => {
  const { url } = await operate({
    passFile: async (memberId) =>
      memberId === '0038d000008NplcAAC'
        ? E.right({ bytes: Buffer.from('PK'), revision: 7, modifiedAt: 1_000 })
        : E.left('Unknown' as const),
  });
  const ask = await passedOn(url);
  for (const id of ['0038d000008NplcAAC', '0038d000008Nplc']) {
    const answer = await ask(`${id}.pkpass`);
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: 'PK' });
    expect(answer.headers.get('content-type')).toBe('application/vnd.apple.pkpass');
    expect(answer.headers.get('x-billfold-revision')).toBe('7');
  }
  const unknown = await ask('nobody.pkpass');
  expect({ status: unknown.status, body: await unknown.json() }).toMatchObject({ status: 404, body: { status: 404 } });
  expect(await (await ask('0038d000008Nplc')).json()).toEqual({ id: '0038d000008Nplc' });
});

it('where the middleware does not answer: 503', async () => {
  const ask = await passedOn('http://127.0.0.1:1');
  expect((await ask('M1.pkpass')).status).toBe(503);
});
