import { rmSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { type Dynoxide, startDynoxide } from '#adapters/local/dynoxide.ts';
import { killOutright, launch, type Place, placeIn, processesOf, type Service } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { freePort } from '#test/support/ports.ts';
import { type Partner, partnerService } from './partner.ts';
import { type TcpProxy, tcpProxy } from './tcpProxy.ts';

/** Bytes that are still in use once all garbage is collected; bytes of memory; open files, sockets among them. */
export type Held = { readonly heapBytes: number; readonly residentBytes: number; readonly handles: number };

/** A live local system, its parts within reach of whoever wants to harm them. */
export type System = {
  readonly place: Place;
  readonly url: string;
  /** Fails while it is down. */
  readonly service: () => Service;
  readonly isUp: () => boolean;
  /** Resolves when it is ready. Started already: at once. */
  readonly start: () => Promise<void>;
  readonly killService: () => Promise<void>;
  /** Its exit code. */
  readonly stopService: () => Promise<number | null>;
  readonly startDynamoDb: () => Promise<void>;
  readonly killDynamoDb: () => Promise<void>;
  /** Started anew, and killed after so long, ready or not. */
  readonly startAndKillAfter: (ms: number) => Promise<void>;
  /** null: it is down. */
  readonly pids: () => { readonly service: number | null; readonly dynamodb: number | null };
  /** What ended although nobody told it to, and how. */
  readonly endedByItself: () => readonly string[];
  readonly toDynamoDb: TcpProxy;
  readonly toMiddleware: TcpProxy;
  readonly partner: Partner;
  /** From now on its clock is so far ahead of ours, also after a restart. */
  readonly setClock: (aheadMs: number) => Promise<void>;
  readonly aheadMs: () => number;
  readonly held: () => Promise<Held>;
  readonly stop: () => Promise<void>;
};

export type SystemOptions = { readonly extra?: readonly string[] };

const INSIDE = fileURLToPath(new URL('./inside.ts', import.meta.url));

/** What `npm start` runs, in a folder of its own: between the service and DynamoDB, and between relay and middleware, stand proxies. */
export const startSystem = async ({ extra = [] }: SystemOptions = {}): Promise<System> => {
  const place = await placeIn(await freshFolder());
  const serverPort = await freePort();
  const toDynamoDb = await tcpProxy(serverPort);
  const toMiddleware = await tcpProxy(place.middlewarePort);
  const partner = await partnerService();
  const socket = join(place.folder, 'inside.sock');
  await writeFile(join(place.folder, 'destinations.json'), JSON.stringify(destinationsTo(partner)));
  let server: Dynoxide | null = null;
  let service: Service | null = null;
  let aheadMs = 0;
  const endedByItself: string[] = [];

  const startDynamoDb = async (): Promise<void> => {
    const started = await startDynoxide({
      ...{ port: serverPort, dbFile: join(place.folder, 'billfold.db'), environment: {} },
    })();
    if (E.isLeft(started)) throw new Error(started.left.message);
    server = started.right;
  };

  const killDynamoDb = async (): Promise<void> => {
    if (server === null || server.pid === null) return;
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    server = null;
  };

  const start = async (): Promise<void> => {
    if (service !== null) return;
    await rm(socket, { force: true });
    const started = await launched();
    if (started.service === null) throw new Error(`did not start: ${started.running.stderr()}`);
    const { service: running } = started;
    service = running;
    void running.ended.then(({ code, stderr }) => {
      if (service !== running) return;
      service = null;
      endedByItself.push(`the service ended by itself with ${code}: ${stderr.slice(-500)}`);
    });
  };

  const launched = (): ReturnType<typeof launch> =>
    launch(place, 'node', ['--empty', '--destinations', place.folder, ...extra], {
      BILLFOLD_DYNAMODB_ENDPOINT: `http://127.0.0.1:${toDynamoDb.port}`,
      NODE_OPTIONS: `--no-warnings --import ${INSIDE}`,
      CHAOS_SOCKET: socket,
      CHAOS_AHEAD_MS: `${aheadMs}`,
      CHAOS_ROUTES: JSON.stringify({
        [`http://127.0.0.1:${place.middlewarePort}/events`]: `http://127.0.0.1:${toMiddleware.port}/events`,
      }),
    });

  const startAndKillAfter = async (ms: number): Promise<void> => {
    await rm(socket, { force: true });
    let isOver = false;
    const over = launched()
      .then(({ running }) => running.ended)
      .finally(() => {
        isOver = true;
      });
    await setTimeout(ms);
    // It may not even have its name yet.
    for (; !isOver; await setTimeout(20)) await killOutright(place.folder, 'node');
    await over;
  };

  const killService = async (): Promise<void> => {
    if (service === null) return;
    const { pid, ended } = service;
    service = null;
    process.kill(pid, 'SIGKILL');
    await ended;
  };

  const stopService = async (): Promise<number | null> => {
    if (service === null) return null;
    const { pid, ended } = service;
    service = null;
    process.kill(pid, 'SIGTERM');
    return (await ended).code;
  };

  const inside = async (path: string): Promise<unknown> =>
    JSON.parse(
      await new Promise<string>((resolve, reject) => {
        request({ socketPath: socket, path }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          answer.on('end', () => resolve(text)).on('error', reject);
        })
          .on('error', reject)
          .end();
      }),
    );

  const running = (): Service => {
    if (service === null) throw new Error('the service is down');
    return service;
  };

  /** Whoever is stopped in the middle leaves nothing behind. */
  const sweep = (): void => {
    for (const pid of [service?.pid, server?.pid]) if (pid != null) process.kill(pid, 'SIGKILL');
    rmSync(place.folder, { recursive: true, force: true });
  };
  process.once('exit', sweep);

  await startDynamoDb();
  await start();
  return {
    ...{ place, url: `http://127.0.0.1:${place.port}`, toDynamoDb, toMiddleware, partner },
    ...{ start, startAndKillAfter, killService, stopService, startDynamoDb, killDynamoDb },
    endedByItself: () => endedByItself,
    service: running,
    isUp: () => service !== null,
    pids: () => ({ service: service?.pid ?? null, dynamodb: server?.pid ?? null }),
    setClock: async (ahead) => {
      aheadMs = ahead;
      if (service !== null) await inside(`/clock/${ahead}`);
    },
    aheadMs: () => aheadMs,
    held: async () => ({
      ...((await inside('/held')) as Omit<Held, 'handles'>),
      handles: (await readdir(`/proc/${running().pid}/fd`)).length,
    }),
    stop: async () => {
      for (const { pid } of await processesOf(place.folder)) if (await isStopped(pid)) process.kill(pid, 'SIGCONT');
      await stopService();
      await server?.stop();
      server = null;
      await killOutright(place.folder, 'everything');
      await Promise.all([toDynamoDb.close(), toMiddleware.close(), partner.close()]);
      await removeFolder(place.folder);
      process.off('exit', sweep);
    },
  };
};

const isStopped = async (pid: number): Promise<boolean> =>
  /^State:\s+T/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));

const destinationsTo = ({ url }: Partner): object => ({
  webhooks: [
    {
      ...{ name: 'partner', url: `${url}/members/{memberId}`, method: 'PUT' },
      body: '{ "revision": metadata.revision, "pass": pass }',
      // What a killed process had in hand is taken up after three deadlines and twenty seconds (leaseMs).
      limits: { perSecond: 200, burst: 200, tryTimeoutMs: 2_000, deadlineMs: 4_000 },
    },
  ],
});
