import type { Access } from '#adapters/http/access.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import type { KeptBus } from '#adapters/http/busEventApi.ts';
import { buildServer, type ServerDeps } from '#adapters/http/server.ts';
import type { JournalEntry } from '#adapters/local/journal.ts';

export type CarryingServer = {
  readonly url: string;
  /** Puts these on the wallet bus, at once. */
  readonly carry: (details: readonly { readonly type: string; readonly detail: unknown }[]) => void;
  readonly close: () => Promise<void>;
};

/** The real server and its page over a bus in memory: as fast as events can come, where a store would set the pace. Nothing else of it can be asked. */
export const startCarrying = async (
  status: RuntimeStatus,
  middlewareUrl: string,
  access: Access = { names: [], token: null },
): Promise<CarryingServer> => {
  const entries: JournalEntry[] = [];
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  const after = (bus: KeptBus, place: bigint): readonly JournalEntry[] =>
    bus === 'wallet' ? entries.slice(Number(place)) : [];
  const buses: ServerDeps['buses'] = {
    ...({} as ServerDeps['buses']),
    head: async () => BigInt(entries.length),
    read: async (bus, place, limit) => after(bus as KeptBus, place).slice(0, limit),
    waitForNews: (bus, place, signal) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!signal.aborted && after(bus as KeptBus, place).length === 0) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        signal.addEventListener('abort', look);
        look();
      }),
  };
  const asked: Partial<ServerDeps> = {
    ...{ buses, middlewareUrl, standIns: null, stopping: stopping.signal, status: async () => status },
    ...{ access, clock: Date.now, isReady: async () => true, isConsoleExpected: true, log: () => undefined },
  };
  const server = buildServer(asked as ServerDeps);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  // The page is made now, and not when a browser waits for it.
  const cookie = `billfold=${access.token?.cookie ?? ''}`;
  await (await fetch(`${url}/live`, { headers: { accept: 'text/html', cookie } })).text();
  return {
    url,
    carry: (details) => {
      for (const { type, detail } of details) entries.push(entryOf(BigInt(entries.length + 1), type, detail));
      for (const listener of [...listeners]) listener();
    },
    close: async () => {
      stopping.abort();
      await server.close();
    },
  };
};

const entryOf = (sequence: bigint, type: string, detail: unknown): JournalEntry => ({
  ...{ sequence, parts: 1 },
  text: JSON.stringify({
    ...{ version: '0', id: `e${sequence}`, 'detail-type': type, source: 'billfold.wallet', account: '000000000000' },
    ...{ time: new Date().toISOString(), region: 'local', resources: [], detail },
  }),
});
