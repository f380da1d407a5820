import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { meterOn } from '#adapters/dynamodb/client.ts';
import type { MeteredStore } from './ownStores.ts';
import type { ConnectPeer } from './peer.ts';

const FOLDER = new URL('./peers/', import.meta.url);

/** The packages of the peers, as their lock file says; some seconds of npm where they are not there yet. Rejects where npm fails, as without a network. */
export const installPeers = async (say: (line: string) => void): Promise<void> => {
  if (arePeersInstalled()) return;
  say('installing the event stores to compare with, into test/bench/peers');
  const npm = spawn('npm', ['ci', '--ignore-scripts'], {
    cwd: fileURLToPath(FOLDER),
    stdio: ['ignore', process.stderr, process.stderr],
  });
  await new Promise<void>((resolve, reject) => {
    npm.on('error', reject);
    npm.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`npm ci ended with exit code ${code}`))));
  });
};

/** npm keeps beside the packages what it installed; what is optional may be missing there. */
export const arePeersInstalled = (): boolean => {
  const installed = lockOf('node_modules/.package-lock.json') ?? {};
  return Object.entries(lockOf('package-lock.json') ?? {}).every(
    ([path, wanted]) =>
      path === '' ||
      installed[path]?.integrity === wanted.integrity ||
      (installed[path] === undefined && wanted.optional === true),
  );
};

type Lock = Readonly<Record<string, { readonly integrity?: string; readonly optional?: true }>>;

const lockOf = (file: string): Lock | null => {
  try {
    return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')).packages;
  } catch {
    return null;
  }
};

/** By a name made at run time: whoever does not measure peers does not need their packages, nor does the compiler. */
export const connectPeer = async (
  file: 'castore' | 'eventStoreAdapter' | 'emmett',
  endpoint: string,
  how: 'connect' | 'connectWithSnapshots' = 'connect',
): Promise<MeteredStore> => {
  const module: Readonly<Record<string, ConnectPeer | undefined>> = await import(new URL(`${file}.ts`, FOLDER).href);
  const peer = await module[how]?.(endpoint);
  if (peer === undefined) throw new Error(`${file} has no ${how}`);
  // Another copy of the SDK, and another class: a meter only needs where middleware goes.
  return { ...peer, meter: () => (peer.client === null ? null : meterOn(peer.client as DynamoDBClient)) };
};
