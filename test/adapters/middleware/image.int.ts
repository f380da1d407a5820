import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { physicalName, topology, variables } from '#adapters/topology.ts';
import { receiver } from '#test/adapters/webhook/receiver.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { freePort } from '#test/support/ports.ts';
import { startSecretsServer } from '#test/support/secretsServer.ts';
import { envelopeOf, walletEvent } from './support.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const KEY = 'image-key-canary';
/** Fargate and Express Mode kill a task this long after they told it to stop, unless told otherwise (ECS guide, StopTimeout). */
const STOP_TIMEOUT_MS = 30_000;

/** The last stage of the image: what it copies from here, and how it is run. */
const image = async () => {
  const text = await readFile(join(root, 'infra/Dockerfile'), 'utf8');
  const stage = text.slice(text.lastIndexOf('\nFROM '));
  const lines = stage.split('\n');
  const copied = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  const env = lines.flatMap((line) => [...line.matchAll(/^ENV (\w+)=(\S+)$/g)].map(([, name, value]) => [name, value]));
  const command: readonly string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(stage)?.[1] ?? '[]');
  return { copied, env: Object.fromEntries(env) as Record<string, string>, command };
};

/** What the image runs, as it runs it, outside a container. `node` is the one that runs this test. */
const runImage = async (environment: Readonly<Record<string, string>>) => {
  const { copied, env, command } = await image();
  const folder = await mkdtemp(join(tmpdir(), 'billfold-image-'));
  for (const path of copied) await cp(join(root, path), join(folder, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return { child, output, ended };
};

const destinationsFile = async (destinations: object): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-destinations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'destinations.json'), JSON.stringify(destinations));
  return folder;
};

describe('the image of the middleware', () => {
  it('becomes ready, takes an event with the key and none without, and stops in time when told to', {
    timeout: 60_000,
  }, async () => {
    const { prefix } = await freshTables();
    const secrets = await startSecretsServer();
    onTestFinished(secrets.stop);
    const port = await freePort();
    secrets.set(physicalName(prefix, topology.middleware.keySecret), { AWSCURRENT: KEY });
    secrets.set(physicalName(prefix, 'crm-token'), { AWSCURRENT: 'crm-canary' });
    const crm = await receiver();
    const { child, output, ended } = await runImage({
      [topology.middleware.destinationsVariable]: await destinationsFile({
        webhooks: [{ name: 'crm', url: crm.url, headers: { authorization: { secret: 'crm-token' } }, body: '"made"' }],
      }),
      [variables.prefix]: prefix,
      ...{ PORT: `${port}`, AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    });
    const url = `http://127.0.0.1:${port}`;
    const ready = () =>
      fetch(`${url}${topology.middleware.healthPath}`).then(
        ({ status }) => status,
        () => null,
      );
    const post = async (key: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
      const body = JSON.stringify(envelopeOf(walletEvent(1)));
      return (await fetch(`${url}${topology.middleware.eventsPath}`, { method: 'POST', headers, body })).status;
    };
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    expect(await post('wrong')).toBe(401);
    expect(await post(KEY)).toBe(202);
    await expect
      .poll(() => crm.got.map(({ headers, body }) => [headers.authorization, body]))
      .toEqual([['crm-canary', 'made']]);
    secrets.set(physicalName(prefix, topology.middleware.keySecret), { AWSCURRENT: KEY, AWSPENDING: 'pending-canary' });
    await expect.poll(() => post('pending-canary'), { timeout: 5_000 }).toBe(202);

    const toldAt = performance.now();
    child.kill('SIGTERM');
    await expect.poll(ready, { timeout: 2_000 }).toBe(503);
    expect(await post(KEY)).toBe(202);
    expect(await ended).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(STOP_TIMEOUT_MS);
    expect(output.stderr).toBe('');
    const lines = output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ service: 'middleware', prefix, msg: 'stopped' });
    expect(output.stdout).not.toMatch(/canary|Zoë|Roth/);
  });

  it('without what it has to be told, it says so in one go and does not start', async () => {
    const { output, ended } = await runImage({ PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(await ended).toBe(1);
    expect(output.stdout).toBe('');
    expect(output.stderr).toMatch(
      /^The environment of the middleware cannot be used:\n {2}BILLFOLD_PREFIX is missing: expected the prefix .*\n {2}PORT expected a port from 1 to 65535\n {2}LOG_LEVEL expected one of debug, info, .*\n$/,
    );
  });

  it('with destinations or secrets that cannot be used it says so, each in a line, and does not start', async () => {
    const secrets = await startSecretsServer();
    onTestFinished(secrets.stop);
    const started = async (destinations: object) => {
      const { output, ended } = await runImage({
        ...{ [variables.prefix]: 'acme', AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'a' },
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
        [topology.middleware.destinationsVariable]: await destinationsFile(destinations),
      });
      return { code: await ended, ...output };
    };
    const crm = { name: 'crm', url: 'https://crm.example', sign: { secret: 'crm-signing' } };
    expect(await started({ webhooks: [{ ...crm, methd: 'PUT' }] })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'The destinations cannot be used:\n  destinations.json:1  webhooks[0].methd: no such key: did you mean "method"?\n',
    });
    secrets.set('acme-crm-signing', { AWSCURRENT: 'canary' });
    expect(await started({ webhooks: [crm] })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'The destinations cannot be used as their secrets are:\n  secret crm-signing, of the webhook crm: expected whsec_ and 24 to 64 random bytes in base64\n',
    });
  });

  it('needs nothing at run time but what is installed for production, and copies all of it', async () => {
    const { copied } = await image();
    const { metafile } = await build({
      entryPoints: [join(root, topology.middleware.entry)],
      ...{ bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', packages: 'external' },
      absWorkingDir: root,
      logLevel: 'silent',
    });
    const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const inputs = Object.entries(metafile.inputs);
    for (const [file] of inputs) expect(copied).toContain(file.split('/')[0]);
    const packages = inputs.flatMap(([, { imports }]) =>
      imports.filter(({ external, path }) => external === true && !path.startsWith('node:')).map(({ path }) => path),
    );
    const names = new Set(packages.map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
    expect([...names].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(names).toContain('fastify');
    // Certificates are made by stand-ins and tests alone.
    for (const local of ['@peculiar/x509', 'reflect-metadata']) expect(names).not.toContain(local);
    expect(inputs.filter(([file]) => file.startsWith('adapters/local/standIns'))).toEqual([]);
  });
});
