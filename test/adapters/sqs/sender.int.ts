import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqsSender } from '#adapters/sqs/sender.ts';
import { type SqsServer, startSqsServer } from '#test/support/sqsServer.ts';

let server: SqsServer;
beforeEach(async () => {
  server = await startSqsServer();
});
afterEach(() => server.stop());

const bodies = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `{"part":${index}}`);
const send = (messages: readonly string[]) => sqsSender({ ...server, pause: async () => {} })(messages);

describe('messages', () => {
  test('are sent ten at a time', async () => {
    expect(await send(bodies(25))).toBeNull();
    expect(server.batches).toEqual([10, 10, 5]);
    expect(server.taken).toEqual(bodies(25));
  });

  test('that the queue did not take are sent again, the others are not', async () => {
    server.onSend(4, 1);
    expect(await send(bodies(10))).toBeNull();
    expect(server.batches).toEqual([10, 4, 1]);
    expect(new Set(server.taken)).toEqual(new Set(bodies(10)));
    expect(server.taken).toHaveLength(10);
  });

  test('that it does not take in the end are said to be so', async () => {
    server.onSend(...Array.from({ length: 20 }, () => 1));
    expect(await send(bodies(3))).toMatch(/did not take a message \(InternalError\)/);
    server.onSend(...Array.from({ length: 20 }, () => null));
    expect(await send(bodies(3))).toMatch(/no queue|NonExistent/);
  });

  test('of which there are none need no queue', async () => {
    expect(await send([])).toBeNull();
    expect(server.batches).toEqual([]);
  });
});
