import Fastify from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { Callback } from '#adapters/google/callbacks.ts';
import { objectIdOf } from '#adapters/google/objectId.ts';
import { ISSUER, passOf, plainRun, startGoogleWallet, workOf } from '#test/support/googleWallet.ts';

test('a holder who follows the link that saves has the card, and Google tells us, signed', async () => {
  const { google, startAll, ca, tls } = await startGoogleWallet();
  const told: Callback[] = [];
  const others = { saveUrl: `${google.url}/gp/v/save` };
  const onCallback = (one: Callback): void => void told.push(one);
  const server = Fastify({ https: tls });
  onTestFinished(() => server.close());
  server.register(startAll(others, { onCallback }).callbacks);
  const callbackUrl = `${await server.listen({ host: '127.0.0.1', port: 0 })}/google/callbacks`;

  const pass = passOf();
  const { destination, saveLink } = startAll({ ...others, callbackUrl });
  expect((await destination.deliver(workOf(pass, 1), plainRun().run)).verdict).toEqual({ type: 'Delivered' });
  const link = await saveLink(pass.memberId)();
  if (E.isLeft(link)) throw new Error('expected a link');
  const browser = new Agent({ connect: { ca } });
  onTestFinished(() => browser.close());
  const page = await request(link.right, { dispatcher: browser });
  expect(await page.body.json()).toEqual({ saved: [objectIdOf({ issuerId: ISSUER }, pass.memberId)] });
  expect(await google.hold(objectIdOf({ issuerId: ISSUER }, pass.memberId), false)).toBe(200);
  expect(told.map(({ type }) => type)).toEqual(['Saved', 'Deleted']);
  const forged = await request(`${link.right}x`, { dispatcher: browser });
  expect(forged.statusCode).toBe(400);
  await forged.body.dump();
});

test('more than twenty in a second are refused', async () => {
  const { destination, google } = await startGoogleWallet({}, { perSecond: 20 });
  const { run } = plainRun();
  await destination.deliver(workOf(passOf(), 1), run);
  const members = Array.from({ length: 40 }, (_, at) => passOf({ memberId: `${at}` }));
  const results = await Promise.all(members.map((member) => destination.deliver(workOf(member, 1), run)));
  expect(results.filter(({ verdict }) => verdict.type === 'Later').length).toBeGreaterThan(5);
  expect(google.seen().filter(({ status }) => status === 429).length).toBeGreaterThan(5);
});
