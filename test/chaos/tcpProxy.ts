import { createServer, type Socket, connect as to } from 'node:net';
import { freePort } from '#test/support/ports.ts';

/**
 * What happens to a connection. open: nothing. refused: closed at once, and so is whoever comes. silent: bytes are taken and go nowhere until it is over.
 * slow: each piece arrives so much later. forgetful: of so many answers one is cut off after the request went through.
 */
export type Weather =
  | { readonly type: 'open' | 'refused' | 'silent' }
  | { readonly type: 'slow'; readonly byMs: number }
  | { readonly type: 'forgetful'; readonly oneOf: number };

export type TcpProxy = {
  readonly port: number;
  readonly become: (weather: Weather) => void;
  /** Breaks every connection there is. */
  readonly cut: () => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
};

/** Stands before a server of this machine, on a port of its own. */
export const tcpProxy = async (upstreamPort: number): Promise<TcpProxy> => {
  const port = await freePort();
  const pairs = new Set<readonly [Socket, Socket]>();
  let weather: Weather = { type: 'open' };
  let answers = 0;

  const server = createServer((client) => {
    if (weather.type === 'refused') {
      client.destroy();
      return;
    }
    const upstream = to({ host: '127.0.0.1', port: upstreamPort });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    carry(client, upstream);
    carry(upstream, client, () => {
      if (weather.type !== 'forgetful') return true;
      answers += 1;
      if (answers % weather.oneOf !== 0) return true;
      end();
      return false;
    });
    if (weather.type === 'silent') for (const socket of pair) socket.pause();
  });

  const carry = (from: Socket, into: Socket, mayPass: () => boolean = () => true): void => {
    let last = Promise.resolve();
    from.on('data', (piece) => {
      if (!mayPass()) return;
      const waitMs = weather.type === 'slow' ? weather.byMs : 0;
      // One after the other, however late.
      last = last.then(async () => {
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        if (!into.destroyed) into.write(piece);
      });
    });
    from.on('end', () => void last.then(() => into.end()));
  };

  const cut = (): void => {
    for (const [client, upstream] of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
  };
  const become = (next: Weather): void => {
    weather = next;
    if (next.type === 'refused') cut();
    for (const pair of pairs)
      for (const socket of pair) {
        if (next.type === 'silent') socket.pause();
        else socket.resume();
      }
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    ...{ port, become, cut },
    connections: () => pairs.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
};
