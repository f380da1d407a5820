import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '#test/support/ports.ts';
import { freshFolder, outside, removeFolder } from './support.ts';

/** A program that ran, or runs, as a process of its own. */
export type Running = {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
};
/** code: null where a signal ended it. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = 'adapters/cli/billfold.js';

/** In the repository, in a process group of its own, without a terminal. */
export const run = (
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running => {
  const {
    BILLFOLD_URL: _url,
    BILLFOLD_TOKEN: _token,
    BILLFOLD_MAPPING: _mapping,
    BILLFOLD_TARGET: _target,
    BILLFOLD_DYNAMODB_ENDPOINT: _endpoint,
    NODE_OPTIONS: _options,
    ...inherited
  } = process.env;
  const env = { ...inherited, ...environment };
  const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return { pid: child.pid ?? 0, stdout: () => output.stdout, stderr: () => output.stderr, ended };
};

/** `billfold …` to its end; BILLFOLD_URL is what `url` says. */
export const billfold = (args: readonly string[], url?: string): Promise<Ended> =>
  run(process.execPath, [main, ...args], url === undefined ? {} : { BILLFOLD_URL: url }).ended;

export type Place = {
  readonly folder: string;
  readonly port: number;
  readonly dynamodbPort: number;
  readonly middlewarePort: number;
};
export const placeIn = async (folder: string): Promise<Place> => ({
  folder,
  port: await freePort(),
  dynamodbPort: await freePort(),
  middlewarePort: await freePort(),
});

/** A place of the test's own; whatever runs there ends with the test. */
export const freshPlace = async (): Promise<Place> => {
  const place = await placeIn(await freshFolder());
  onTestFinished(async () => {
    await killOutright(place.folder, 'everything');
    await removeFolder(place.folder);
  });
  return place;
};

/** npm: as the documentation says, `npm start`. node: the program that npm would run. */
export type Launcher = 'npm' | 'node';

export type Service = Running & ReturnType<typeof outside>;

/** Resolves when the service is ready, or when it ended before it was: then `service` is null. */
export const launch = async (
  { folder, port, dynamodbPort, middlewarePort }: Place,
  launcher: Launcher = 'node',
  extra: readonly string[] = ['--empty'],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly running: Running; readonly service: Service | null }> => {
  const ports = ['--port', `${port}`, '--dynamodb-port', `${dynamodbPort}`, '--middleware-port', `${middlewarePort}`];
  // Certificates are made for stand-ins: only where somebody looks at them.
  const nowhere = extra.includes('--destinations') ? [] : ['--destinations', 'none'];
  const args = ['--data', folder, ...ports, ...nowhere, ...extra];
  const [command, first] =
    launcher === 'npm' ? (['npm', ['start', '--']] as const) : ([process.execPath, [main, 'start']] as const);
  const running = run(command, [...first, ...args], environment);
  let hasEnded = false;
  running.ended.then(
    () => {
      hasEnded = true;
    },
    () => {
      hasEnded = true;
    },
  );
  const url = `http://127.0.0.1:${port}`;
  while (!hasEnded) {
    const ready = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
    if (ready?.ok && running.stderr().includes('is running on'))
      return { running, service: { ...running, ...outside(url, folder) } };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { running, service: null };
};

/** As `launch`, where it has to start. */
export const startIn = async (
  place: Place,
  launcher: Launcher = 'node',
  extra?: readonly string[],
): Promise<Service> => {
  const { running, service } = await launch(place, launcher, extra);
  if (service === null) throw new Error(`did not start: ${running.stderr()}`);
  return service;
};

/** Resolves when nothing of the service is left; fails where something stays. */
export const untilGone = ({ folder }: Place): Promise<void> =>
  expect.poll(() => processesOf(folder), { timeout: 5_000, interval: 20 }).toEqual([]);

/** Every process that works for this data folder, from `npm` to the DynamoDB server: pid and arguments. Linux. */
export const processesOf = async (
  folder: string,
): Promise<readonly { readonly pid: number; readonly args: readonly string[] }[]> => {
  const found: { pid: number; args: readonly string[] }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const args = (await readFile(join('/proc', name, 'cmdline'), 'utf8').catch(() => '')).split('\0');
    if (args.some((arg) => arg.includes(folder))) found.push({ pid: Number(name), args });
  }
  return found;
};

/** What is killed outright. everything: as a power cut does. node: billfold alone, its DynamoDB server has to go by itself. */
export type Target = 'everything' | 'node';

export const killOutright = async (folder: string, target: Target): Promise<void> => {
  for (const { pid, args } of await processesOf(folder)) {
    if (target === 'node' && args[1] !== main) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
};
