import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { freePort } from '#test/support/ports.ts';
import { cpuMsOf } from './server.ts';

/** A billfold as somebody starts it, in a process of its own, without destinations. */
export type BillfoldProcess = {
  readonly url: string;
  readonly eventBridge: EventBridgeClient;
  /** CPU time of all its threads so far. */
  readonly cpuMs: () => number;
  readonly stop: () => Promise<void>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Over a DynamoDB API that is there already. Resolves when it is ready. */
export const startBillfold = async (directory: string, dynamodbEndpoint: string): Promise<BillfoldProcess> => {
  const [port, middlewarePort] = [await freePort(), await freePort()];
  const ports = ['--port', `${port}`, '--middleware-port', `${middlewarePort}`];
  const args = [
    'adapters/cli/billfold.js',
    'start',
    '--data',
    directory,
    ...ports,
    '--empty',
    '--destinations',
    'none',
  ];
  const env = { ...process.env, BILLFOLD_DYNAMODB_ENDPOINT: dynamodbEndpoint };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url)))
    if (child.exitCode !== null) throw new Error(`billfold did not start: ${said}`);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  const credentials = { accessKeyId: 'anyone', secretAccessKey: 'anything' };
  const eventBridge = new EventBridgeClient({
    ...{ endpoint: `${url}/eventbridge`, region: 'eu-west-1', credentials },
    maxAttempts: 1,
  });
  return {
    ...{ url, eventBridge },
    cpuMs: () => cpuMsOf(child.pid ?? 0) ?? Number.NaN,
    stop: async () => {
      eventBridge.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
};

const isReady = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => null))?.ok ?? false;
