import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { acceptedFrom, deliver, type Got, receiver, secretsIn, webhook } from '#test/adapters/webhook/receiver.ts';

const secret = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;

test('a receiver of webhooks takes what is signed, once, drops what is stale, and refuses strangers and replays', async () => {
  const crm = await receiver();
  vi.stubEnv('CRM_URL', crm.url);
  vi.stubEnv('PORT', '0');
  vi.stubEnv('WEBHOOK_SECRETS', `${secret(1)} ${secret(2)}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { server } = await import('./webhookServer.ts');
  if (!server.listening) await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  // What passes by, as somebody in between would see it.
  const seen: Got[] = [];
  const between = await receiver(async (response, got) => {
    seen.push(got);
    response.writeHead((await repeat(got)).status).end();
  });
  const repeat = ({ headers, body }: Got, changed = body) =>
    fetch(url, { method: 'POST', headers: headersOf(headers), body: changed });
  const signedBy = (...secrets: readonly string[]) =>
    webhook({ url: between.url, sign: { secret: 's' } }, { secrets: secretsIn({ s: secrets }) });
  const event = (revision: number) => acceptedFrom(envelopeOf(walletEvent(revision)));
  const verdictOf = async (...[to, revision]: readonly [ReturnType<typeof webhook>, number]) =>
    (await deliver(to, event(revision))).verdict;
  const told = () => crm.got.map(({ body }) => JSON.parse(body).revision);

  const trusted = signedBy(secret(1));
  expect(await verdictOf(trusted, 2)).toEqual({ type: 'Delivered' });
  expect(await verdictOf(trusted, 1)).toEqual({ type: 'Delivered' });
  expect(told()).toEqual([2]);
  expect(await verdictOf(signedBy(secret(3), secret(2)), 3)).toEqual({ type: 'Delivered' });
  expect(await verdictOf(signedBy(secret(3)), 4)).toEqual({ type: 'Dead', reason: 'Unauthorized' });
  const [first] = seen;
  if (first === undefined) throw new Error('expected a request');
  expect((await repeat(first)).status).toBe(409);
  expect((await repeat(first, first.body.replace('"revision":2', '"revision":9'))).status).toBe(401);
  expect(told()).toEqual([2, 3]);
});

/** Those that a proxy hands on. */
const headersOf = (headers: Got['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^(?:content-type|webhook-.*)$/.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
