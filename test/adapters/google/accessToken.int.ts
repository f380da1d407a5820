import { expect, test } from 'vitest';
import { accessTokens } from '#adapters/google/accessToken.ts';
import { httpCaller } from '#adapters/google/httpCall.ts';
import { serviceAccountOf } from '#adapters/google/serviceAccount.ts';
import { deliverAll, passOf, plainRun, startGoogleWallet, workOf } from '#test/support/googleWallet.ts';

const start = async () => {
  let now = Date.now();
  const clock = () => now;
  const wallet = await startGoogleWallet({}, { clock });
  const http = httpCaller({ connections: 4, timeoutMs: 5_000, ca: wallet.ca });
  const account = serviceAccountOf(wallet.secrets);
  const asked = () => wallet.google.seen().filter(({ call }) => call === 'token').length;
  const wait = (ms: number): void => {
    now += ms;
  };
  return { ...wallet, tokens: accessTokens({ account, call: http.call, clock }), asked, wait };
};
const tokenOf = (answer: { readonly type: string }) => ('value' in answer ? answer.value : answer);

test('a token is asked for once, by however many, and again shortly before it ends', async () => {
  const { tokens, asked, wait } = await start();
  const first = await Promise.all(Array.from({ length: 20 }, () => tokens.take()));
  expect(new Set(first.map(tokenOf)).size).toBe(1);
  wait(3_400_000);
  await tokens.take();
  expect(asked()).toBe(1);
  wait(100_000);
  expect(tokenOf(await tokens.take())).not.toBe(tokenOf(first[0]!));
  expect(asked()).toBe(2);
});

test('a token that was revoked costs one request more, not a delivery', async () => {
  const { google, destination, asked } = await start();
  const { run, told } = plainRun();
  await destination.deliver(workOf(passOf(), 1), run);
  google.revokeTokens();
  const again = await destination.deliver(
    workOf(passOf(), 2, { progress: { v: 1, isInserted: true, notifiedAt: [], overQuota: 0 } }),
    run,
  );
  expect(again.verdict).toEqual({ type: 'Delivered' });
  expect(told().slice(-2)).toEqual(['patch 401', 'patch 200']);
  expect(asked()).toBe(2);
});

test('a key that was replaced refuses us until the secret is the new one; then it goes on by itself', async () => {
  const { google, destination, setSecret, wait } = await start();
  const { run } = plainRun();
  await destination.deliver(workOf(passOf(), 1), run);
  google.rotateKey();
  wait(3_600_000);
  const refused = await destination.deliver(workOf(passOf(), 2), run);
  expect(refused.verdict).toEqual({ type: 'Later', reason: '401 token: invalid_grant', isFailure: true });
  setSecret(google.serviceAccount());
  expect((await destination.deliver(workOf(passOf(), 2), run)).verdict).toEqual({ type: 'Delivered' });
});

test('who is refused asks again in half a minute, whatever waits to be sent', async () => {
  const { google, tokens, asked, wait, setSecret } = await start();
  google.rotateKey();
  for (let time = 0; time < 20; time++) expect(await tokens.take()).toMatchObject({ type: 'Refused', status: 401 });
  expect(asked()).toBe(1);
  wait(30_001);
  await tokens.take();
  expect(asked()).toBe(2);
  setSecret(google.serviceAccount());
  expect((await tokens.take()).type).toBe('Ok');
});

test('a renewed secret is used although the old token still lasts', async () => {
  const { google, tokens, setSecret, asked } = await start();
  const before = tokenOf(await tokens.take());
  google.rotateKey();
  setSecret(google.serviceAccount());
  expect(tokenOf(await tokens.take())).not.toBe(before);
  expect(asked()).toBe(2);
});

test('a secret that is no service account is told by its fields, never by what is in them', async () => {
  const { tokens, setSecret, destination, google } = await start();
  setSecret(
    JSON.stringify({ type: 'service_account', client_email: 'canary', private_key: 'canary', token_uri: 'https://a' }),
  );
  expect(await tokens.take()).toEqual({
    ...{ type: 'Refused', status: 401 },
    reason: 'service account: expected a service account: client_email, private_key',
  });
  setSecret('canary {');
  const { verdict } = await deliverAll(destination, [workOf(passOf(), 1)], plainRun().run);
  expect(verdict).toMatchObject({ type: 'Later', isFailure: true });
  expect(JSON.stringify(verdict)).not.toContain('canary');
  const broken = {
    ...JSON.parse(google.serviceAccount()),
    private_key: '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----',
  };
  setSecret(JSON.stringify(broken));
  expect(await tokens.take()).toMatchObject({ reason: 'service account: private_key: expected an RSA key, PKCS #8' });
});

test('who gives tokens may be overloaded: that passes', async () => {
  const { google, tokens } = await start();
  google.order({
    fault: { type: 'Status', status: 503, reason: 'backendError', retryAfter: '3' },
    times: 1,
    on: (call) => call === 'token',
  });
  google.order({ fault: { type: 'Reset' }, times: 1, on: (call) => call === 'token' });
  expect(await tokens.take()).toEqual({
    type: 'Failed',
    status: 503,
    reason: 'token: backendError',
    retryAfterMs: 3_000,
  });
  expect(await tokens.take()).toMatchObject({
    type: 'Failed',
    status: null,
    reason: expect.stringMatching(/^token: [A-Z_]+$/),
  });
  expect((await tokens.take()).type).toBe('Ok');
});
