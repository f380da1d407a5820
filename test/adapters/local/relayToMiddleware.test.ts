import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import { expect, onTestFinished, test } from 'vitest';
import { relayToMiddleware } from '#adapters/local/relayToMiddleware.ts';
import { secretUnavailable } from '#adapters/secrets/secrets.ts';

/** A middleware that takes one event with the key it is told, and secrets that count how often they are read. */
const given = async () => {
  const state = { accepted: 'one', current: 'one' as string | null, reads: 0, shown: [] as string[] };
  const server = createServer((request, answer) => {
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    state.shown.push(key);
    request
      .resume()
      .on('end', () =>
        key === state.accepted
          ? answer.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicates":0}')
          : answer.writeHead(401).end(),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const relay = relayToMiddleware({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: {
      current: (name) => async () => {
        state.reads += 1;
        return state.current === null ? E.left(secretUnavailable(name, 'no file')) : E.right(state.current);
      },
    },
    ...{ log: () => undefined, stopping: AbortSignal.abort(), bury: async () => null },
  });
  const body = JSON.stringify({ id: 'e-1', source: 'crm', 'detail-type': 'Anything', detail: {} });
  const failed = async () =>
    (await relay([{ messageId: 'm-1', body }])) as { readonly batchItemFailures: readonly unknown[] };
  return { state, relayed: async () => (await failed()).batchItemFailures.length === 0 };
};

test('the key is read once, and again when it is refused', async () => {
  const { state, relayed } = await given();
  expect([await relayed(), await relayed(), await relayed()]).toEqual([true, true, true]);
  expect(state.reads).toBe(1);
  Object.assign(state, { current: 'two', accepted: 'two', shown: [] });
  expect([await relayed(), await relayed()]).toEqual([true, true]);
  expect(state).toMatchObject({ reads: 2, shown: ['one', 'two', 'two'] });
});

test('a key that could not be read is read again', async () => {
  const { state, relayed } = await given();
  state.current = null;
  expect(await relayed()).toBe(false);
  state.current = 'one';
  expect(await relayed()).toBe(true);
  state.accepted = 'two';
  state.current = null;
  expect(await relayed()).toBe(false);
  Object.assign(state, { current: 'two', shown: [] });
  expect(await relayed()).toBe(true);
  expect(state.shown).toEqual(['two']);
});
