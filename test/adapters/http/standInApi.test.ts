import Fastify from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type StandInApiDeps, standInApi } from '#adapters/http/standInApi.ts';
import { type Live, type ReadFailure, unseen } from '#domain/index.ts';
import { liveOf } from '#test/contract/viewStore.ts';

/** Stand-ins whose holders wait for ever for a pass that does not come. */
const serving = (load: TE.TaskEither<ReadFailure, Live>) => {
  const holders = { add: () => new Promise<never>(() => undefined) };
  const standIns = { holders } as unknown as NonNullable<StandInApiDeps['standIns']>;
  const server = Fastify();
  server.register(standInApi({ standIns, views: { load: () => load } }));
  onTestFinished(() => server.close());
  return server;
};
const asked = { method: 'POST', url: '/api/stand-ins/phones', payload: { memberId: '0038d0000000007AAA' } } as const;

describe('a phone that is added for a member', () => {
  it.each([
    ['without a pass', unseen('0038d0000000007AAA')],
    ['whose pass was never issued', { ...liveOf('0038d0000000007AAA'), revision: 0 }],
  ])('%s is refused at once: nobody waits for what is not on its way', async (_, live) => {
    expect((await serving(TE.right(live)).inject(asked)).statusCode).toBe(404);
  });

  it('that cannot be read is not refused for good', async () => {
    const server = serving(TE.left({ type: 'StoreUnavailable', operation: 'read', reason: 'gone' }));
    expect((await server.inject(asked)).statusCode).toBe(503);
  });
});
