import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type CountingProxy = {
  readonly endpoint: string;
  /** Requests since the last look, by operation. */
  readonly take: () => Readonly<Record<string, number>>;
  readonly close: () => Promise<void>;
};

/** Stands before a DynamoDB API and counts what is asked of it: for numbers of requests, never for times. */
export const countingProxy = async (endpoint: string): Promise<CountingProxy> => {
  let counts: Record<string, number> = {};
  const server = createServer((incoming, answer) => {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    counts[operation] = (counts[operation] ?? 0) + 1;
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url ?? '/', endpoint), { method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
