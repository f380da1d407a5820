import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { engineOf, operate, viewOf } from '#test/adapters/middleware/operated.ts';
import { got } from '#test/contract/given.ts';
import { run } from '#test/flow/process.ts';
import { freePort } from '#test/support/ports.ts';

const billfold = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  run(process.execPath, ['adapters/cli/billfold.js', ...args], environment).ended;

const KEY = 'operator-canary';
const opened = async () => {
  const deliveries = memoryDeliveryStore({ clock: Date.now, route: () => ['apple', 'google'] });
  const registrations = memoryRegistrations({ clock: Date.now });
  const pass = (memberId: string) => ({ memberId, revision: 1, changed: ['tier'] });
  const common = { source: 'billfold.wallet', type: 'WalletPassIssued', lane: 'live', content: '{}' } as const;
  await deliveries.accept(
    ['M1', 'M2'].map((id) => ({ ...common, id, pass: pass(id), traceparent: null, correlationId: null })),
  );
  await got(registrations.register({ deviceId: 'phone', memberId: 'M1', pushToken: 'token-canary' }));
  const claim = await got(
    deliveries.claim({ subject: { type: 'member', memberId: 'M2' }, destination: 'google' }, 1e6),
  );
  if (claim._tag === 'Some') {
    const verdict = { type: 'Dead', reason: 'permissionDenied' } as const;
    await got(deliveries.settle(claim.value, { verdict, revision: 1, steps: [], progress: null }));
  }
  const operators = keyring({ readKeys: TE.right([KEY]), clock: Date.now });
  const lastError = { at: Date.now(), type: 'Failed', status: 503, reason: 'unavailable' } as const;
  const engine = engineOf(
    [viewOf('apple'), viewOf('google', { lastError, breaker: { state: 'open', since: 0, until: 6_000 } })],
    deliveries,
  );
  const certificateEndsAt = () => Date.now() + 40.5 * 86_400_000;
  const { url } = await operate({ operators, engine, registrations, certificateEndsAt }, deliveries);
  return { deliveries, environment: { BILLFOLD_MIDDLEWARE_URL: url, BILLFOLD_OPERATOR_KEY: KEY } };
};

describe('billfold pass download', () => {
  it('writes what a phone would fetch, or says why there is none', async () => {
    const passFile = async (memberId: string) =>
      memberId === 'M1'
        ? E.right({ bytes: Buffer.from('PK'), revision: 7, modifiedAt: 0 })
        : E.left('Unknown' as const);
    const { url } = await operate({ passFile });
    const folder = await mkdtemp(join(tmpdir(), 'billfold-pass-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const download = (id: string, file: string) =>
      billfold(['pass', 'download', id, '--out', file], { BILLFOLD_MIDDLEWARE_URL: url });
    const out = join(folder, 'pass.pkpass');
    expect(await download('M1', out)).toMatchObject({ code: 0, stdout: `${out}: revision 7, 2 bytes\n` });
    expect(await readFile(out, 'utf8')).toBe('PK');
    const unknown = await download('nobody', join(folder, 'none'));
    expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/No pass of such a member/) });
    const nowhere = await download('M1', join(folder, 'no/such/folder'));
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be written \(ENOENT\)/) });
  });
});

describe('billfold deliveries', () => {
  it('shows each destination with its breaker, what waits, what is dead, the last error and the certificate', async () => {
    const { environment } = await opened();
    const { code, stdout, stderr } = await billfold(['deliveries'], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^DESTINATION +BREAKER +LIVE +BULK +DEAD +OLDEST +IN HAND +PACE\n/);
    expect(stdout).toMatch(/^apple +closed +2 +0 +0 +\d+ s +0 +15\/s$/m);
    expect(stdout).toMatch(/^google +open +1 +0 +1 /m);
    expect(stdout).toContain(
      'google: the breaker is open since 1970-01-01 00:00:00Z: nothing is sent until 1970-01-01 00:00:06Z, when one is tried',
    );
    expect(stdout).toMatch(/^google: last error 503 unavailable, 20/m);
    expect(stdout).toContain('apple: the certificate ends in 40 days');
    const { stdout: json } = await billfold(['deliveries', '--json'], environment);
    expect(JSON.parse(json)).toMatchObject([
      { name: 'apple', certificateDaysLeft: 40 },
      { name: 'google', dead: 1 },
    ]);
  });

  it('shows of a member each destination and each phone, and why not', async () => {
    const { environment } = await opened();
    const { code, stdout } = await billfold(['deliveries', '--member', 'M1'], environment);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^apple {2}waiting, revision 1 wanted, none delivered, live since 20/m);
    expect(stdout).toMatch(/^ {2}phone [\w-]{8} {2}registered 20.*\n {4}not pushed yet$/m);
    expect(stdout).toMatch(/^google {2}waiting, .*, held, as the breaker is open until 1970-01-01 00:00:06Z$/m);
    expect(stdout).not.toContain('canary');
  });

  it('lists what waits or is dead, at one destination or all, and sends it again', async () => {
    const { environment, deliveries } = await opened();
    const dead = await billfold(['deliveries', '--state', 'dead'], environment);
    expect(dead).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^google {2}M2 {2}dead, .*\n {2}permissionDenied\n$/),
    });
    const none = await billfold(['deliveries', '--destination', 'apple', '--state', 'dead'], environment);
    expect(none).toMatchObject({ code: 0, stdout: 'None is dead.\n' });
    const redriven = await billfold(['deliveries', 'redrive', '--destination', 'google'], environment);
    expect(redriven).toMatchObject({ code: 0, stdout: '1 wait to be sent again, in the bulk lane.\n' });
    expect(await got(deliveries.waiting('google'))).toMatchObject({ dead: 0, bulk: 1 });
  });

  it.each([
    ['an unknown member', ['--member', 'nobody'], /No delivery of such a member/],
    ['an unknown destination', ['--destination', 'till'], /No such destination: there are apple, google/],
    ['an unknown state', ['--state', 'lost'], /Allowed choices are waiting, confirming, dead/],
    ['a member and a destination', ['--member', 'M1', '--destination', 'apple'], /not both/],
    ['nothing to send again', ['redrive'], /Say which/],
    ['whole without a member', ['redrive', '--destination', 'apple', '--whole'], /expected a member beside it/],
  ])('%s: exit code 1, and what was expected', async (_what, args, says) => {
    const { environment } = await opened();
    const { code, stdout, stderr } = await billfold(['deliveries', ...args], environment);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it('without the key, or with one that would go over the wire in clear, it says so', async () => {
    const { environment } = await opened();
    const { BILLFOLD_MIDDLEWARE_URL } = environment;
    const without = await billfold(['deliveries'], { BILLFOLD_MIDDLEWARE_URL });
    expect(without).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/operator key\. Set BILLFOLD_OPERATOR_KEY/),
    });
    const inClear = { BILLFOLD_MIDDLEWARE_URL: 'http://middleware.example.com', BILLFOLD_OPERATOR_KEY: KEY };
    const refused = await billfold(['deliveries'], inClear);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/expected https/) });
    expect(refused.stderr).not.toContain(KEY);
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await billfold(['deliveries'], { BILLFOLD_MIDDLEWARE_URL: url })).toMatchObject({
      code: 1,
      stderr: `No middleware answers at ${url} (ECONNREFUSED). Start one with "npm start", or set BILLFOLD_MIDDLEWARE_URL.\n`,
    });
  });
});
