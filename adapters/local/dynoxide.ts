import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { LOOPBACK } from './hosts.ts';

/** A DynamoDB API somebody can talk to. pid is null when the endpoint was given rather than started. */
export type Dynoxide = {
  readonly endpoint: string;
  readonly pid: number | null;
  readonly stop: () => Promise<void>;
  /** Settles when the process has ended, asked to or not; never for a given endpoint. */
  readonly ended: Promise<void>;
};

export type DynoxideError =
  | { readonly type: 'DynoxideMissing'; readonly message: string }
  | { readonly type: 'PortInUse'; readonly port: number; readonly message: string }
  | { readonly type: 'DynoxideDidNotStart'; readonly message: string };

/** Where something listens. */
export type Place = { readonly host: string; readonly port: number };

export type DynoxideOptions = {
  /** 127.0.0.1, unless said. */
  readonly host?: string;
  readonly port: number;
  /** null keeps everything in memory. One process per file: dynoxide does not refuse a second one. */
  readonly dbFile: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** The DynamoDB API of a local run: the given endpoint, else a dynoxide process that ends with this one, however this one ends. */
export const startDynoxide =
  ({ host = LOOPBACK, port, dbFile, environment }: DynoxideOptions): TaskEither<DynoxideError, Dynoxide> =>
  async () => {
    const endpoint = environment.BILLFOLD_DYNAMODB_ENDPOINT;
    if (endpoint)
      return E.right({ endpoint, pid: null, stop: async () => undefined, ended: new Promise(() => undefined) });
    const binary = findDynoxide(environment);
    if (binary === null) return E.left({ type: 'DynoxideMissing', message: advice });
    if (!(await comesFree({ host, port }))) return E.left(portInUse(port));
    const launched = await launch(binary, { host, port }, dbFile);
    if (E.isRight(launched) && dbFile !== null) await indexStreams(dbFile);
    return launched;
  };

/** Without it everything works, ever more slowly: a later version may keep its records otherwise, so a failure is no reason to stop. */
const indexStreams = (dbFile: string): Promise<void> =>
  new Promise((resolve) => {
    const program = fileURLToPath(new URL('./indexStreams.ts', import.meta.url));
    execFile(process.execPath, ['--no-warnings', program, dbFile], () => resolve());
  });

const findDynoxide = (environment: DynoxideOptions['environment']): string | null => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch {
    const named = environment.DYNOXIDE_BIN;
    return named && existsSync(named) ? named : null;
  }
};

export const canListenAt = ({ host, port }: Place): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

const advice =
  'No DynamoDB API found: the package @dynoxide/linux-x64 is not installed for this machine. Set BILLFOLD_DYNAMODB_ENDPOINT to a DynamoDB API ' +
  '(DynamoDB Local in Docker: http://127.0.0.1:8000), or DYNOXIDE_BIN to a dynoxide binary.';

export const portInUse = (port: number): DynoxideError => ({
  type: 'PortInUse',
  port,
  message: `Port ${port} is in use: stop what listens there or choose another port.`,
});

/** A server that was just told to stop needs a moment to let go of its port. */
export const comesFree = async (place: Place): Promise<boolean> => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (await canListenAt(place)) return true;
    await sleep(50);
  }
  return false;
};

// The shell outlives a parent that is killed outright: its standard input ends, and it takes the server down.
const guard =
  '"$@" </dev/null & child=$!; exec 3<&0; { read -r _ <&3; kill "$child"; } 2>/dev/null & watcher=$!; echo "pid $child"; wait "$child"; code=$?; kill "$watcher"; exit "$code"';

const launch = (
  binary: string,
  { host, port }: Place,
  dbFile: string | null,
): Promise<E.Either<DynoxideError, Dynoxide>> =>
  new Promise((resolve) => {
    const args = ['serve', '--host', host, '--port', String(port), ...(dbFile === null ? [] : ['--db-path', dbFile])];
    // Its own process group, so that Ctrl-C reaches us alone and the server goes last.
    const shell = spawn('/bin/sh', ['-c', guard, 'dynoxide', binary, ...args], { stdio: 'pipe', detached: true });
    let output = '';
    let exited = false;
    const closed = new Promise<void>((done) => {
      const end = (): void => {
        exited = true;
        clearTimeout(timeout);
        resolve(
          E.left(
            /already in use/.test(output)
              ? portInUse(port)
              : { type: 'DynoxideDidNotStart', message: `dynoxide did not start: ${output.trim()}` },
          ),
        );
        done();
      };
      shell.once('close', end);
      shell.once('error', (error) => {
        output += error.message;
        end();
      });
    });
    shell.stdin.on('error', () => undefined);
    const stop = async (): Promise<void> => {
      if (!exited) shell.stdin.end();
      const forced = setTimeout(() => killNow(pidIn(output)), 10_000);
      await closed;
      clearTimeout(forced);
    };
    const timeout = setTimeout(() => shell.stdin.end(), 15_000);
    const read = (chunk: Buffer): void => {
      if (output.length > 10_000) return;
      output += chunk.toString('utf8');
      const pid = pidIn(output);
      if (pid === null || !output.includes('listening on')) return;
      clearTimeout(timeout);
      resolve(E.right({ endpoint: `http://${host}:${port}`, pid, stop, ended: closed }));
    };
    shell.stdout.on('data', read);
    shell.stderr.on('data', read);
  });

/** The shell's line may come in the middle of one of the server's: both write to one pipe, each when it likes. */
export const pidIn = (output: string): number | null => {
  const pid = /pid (\d+)$/m.exec(output)?.[1];
  return pid === undefined ? null : Number(pid);
};

const killNow = (pid: number | null): void => {
  if (pid !== null) process.kill(pid, 'SIGKILL');
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
