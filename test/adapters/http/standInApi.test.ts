import Fastify from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type StandInApiDeps, standInApi } from '#adapters/http/standInApi.ts';
import { type Live, type ReadFailure, unseen } from '#domain/index.ts';
import { liveOf } from '#test/contract/viewStore.ts';

/** Stand-ins whose holders, where nothing else is said, wait for ever for a pass that does not come. */
const serving = (
  load: TE.TaskEither<ReadFailure, Live>,
  add: () => Promise<never> = () => new Promise(() => undefined),
) => {
  const holders = { add };
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

  it('whose holder the middleware turns away, having too many, can be asked for again', async () => {
    const turnedAway = async (): Promise<never> => {
      throw new Error('registrations: 429');
    };
    const answer = await serving(TE.right(liveOf('0038d0000000007AAA')), turnedAway).inject(asked);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('registrations: 429') });
  });
});
