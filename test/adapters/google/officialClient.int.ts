import { Agent } from 'node:https';
import { walletobjects } from '@googleapis/walletobjects';
import { expect, test } from 'vitest';
import { accessTokens } from '#adapters/google/accessToken.ts';
import { httpCaller } from '#adapters/google/httpCall.ts';
import { objectIdOf } from '#adapters/google/objectId.ts';
import { serviceAccountOf } from '#adapters/google/serviceAccount.ts';
import { walletApi } from '#adapters/google/walletApi.ts';
import { ISSUER, passOf, plainRun, startGoogleWallet, workOf } from '#test/support/googleWallet.ts';

const pass = passOf({ points: [{ name: 'Points', balance: '42' }] });
const id = objectIdOf({ issuerId: ISSUER }, pass.memberId);
const classId = `${ISSUER}.loyalty`;

/**
 * Google's client and ours, against one server. google-auth-library asks Google's own address for tokens whatever the key file names (11.3.4,
 * gtoken/getToken.js), so that its tokens are ours.
 */
const bothClients = async () => {
  const wallet = await startGoogleWallet();
  const { google, ca, secrets } = wallet;
  const http = httpCaller({ connections: 4, timeoutMs: 5_000, ca });
  const clock = () => Date.now();
  const tokens = accessTokens({ account: serviceAccountOf(secrets), call: http.call, clock });
  const token = await tokens.take();
  if (token.type !== 'Ok') throw new Error('expected a token');
  const official = walletobjects({
    ...{ version: 'v1', rootUrl: google.url, agent: new Agent({ ca }), retry: false },
    headers: { authorization: `Bearer ${token.value}` },
  });
  return { ...wallet, official, ours: walletApi({ url: google.url, tokens, call: http.call, clock }) };
};
const never = new AbortController().signal;
const statusOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'done',
    (error: { readonly status?: number }) => error.status,
  );

test('what the destination wrote, Google’s client reads', async () => {
  const { destination, official } = await bothClients();
  const { run } = plainRun();
  const first = await destination.deliver(workOf(pass, 1), run);
  const spent = { ...pass, points: [{ name: 'Points', balance: '57' }], promotions: [] };
  await destination.deliver(workOf(spent, 2, { progress: first.progress, changed: ['points'] }), run);
  const { data: object } = await official.loyaltyobject.get({ resourceId: id });
  expect(object).toMatchObject({
    ...{ id, classId, state: 'ACTIVE', accountId: 'M-1001', accountName: 'Ada Lovelace' },
    loyaltyPoints: { label: 'Points', balance: { int: 57 } },
    secondaryLoyaltyPoints: { label: 'Spend', balance: { money: { micros: '620000000', currencyCode: 'EUR' } } },
    barcode: { type: 'QR_CODE', value: 'M-1001' },
  });
  expect(object.textModulesData?.map(({ id: row, body }) => [row, body])).toEqual([
    ['tier', 'Silver'],
    ['next', '1380.00 EUR'],
    ['since', '2024-05-01'],
  ]);
  const { data: theClass } = await official.loyaltyclass.get({ resourceId: classId });
  expect(theClass).toMatchObject({ issuerName: 'Atelier Nord', programName: 'Cercle', reviewStatus: 'APPROVED' });
});

test('what Google’s client wrote, our API reads, and the destination takes over', async () => {
  const { official, ours, destination, google } = await bothClients();
  const programLogo = { sourceUri: { uri: 'https://example.com/other.png' } };
  await official.loyaltyclass.insert({
    requestBody: {
      id: classId,
      issuerName: 'Another',
      programName: 'Another',
      programLogo,
      reviewStatus: 'UNDER_REVIEW',
    },
  });
  await official.loyaltyobject.insert({
    requestBody: { id, classId, state: 'ACTIVE', loyaltyPoints: { label: 'Points', balance: { string: 'many' } } },
  });
  const read = await ours.getObject(id).send(never);
  expect(read).toMatchObject({
    type: 'Ok',
    value: { loyaltyPoints: { balance: { string: 'many' } }, hasUsers: false },
  });
  const { run, told } = plainRun();
  await destination.deliver(workOf(pass, 1), run);
  expect(told()).toEqual(['class 200', 'class-patch 200', 'insert 409', 'patch 200']);
  expect(google.object(id)?.resource.loyaltyPoints).toEqual({ label: 'Points', balance: { int: 42 } });
});

test('both are refused the same, and lists, updates and messages are as Google’s client expects them', async () => {
  const { official, ours, destination } = await bothClients();
  await destination.deliver(workOf(pass, 1), plainRun().run);
  const taken = { id, classId, state: 'ACTIVE' };
  expect(await statusOf(official.loyaltyobject.insert({ requestBody: taken }))).toBe(409);
  expect(await ours.insertObject(taken).send(never)).toEqual({
    ...{ type: 'Refused', status: 409, reason: 'existingResource' },
  });
  const bad = { ...taken, id: `${ISSUER}.other`, barcode: { type: 'CANARY', value: 'x' } };
  expect(await statusOf(official.loyaltyobject.insert({ requestBody: bad }))).toBe(400);
  expect(await ours.insertObject(bad).send(never)).toEqual({
    ...{ type: 'Refused', status: 400, reason: 'invalid at barcode.type' },
  });
  expect(await statusOf(official.loyaltyobject.get({ resourceId: `${ISSUER}.none` }))).toBe(404);
  expect(await ours.patchObject(`${ISSUER}.none`, {}).send(never)).toMatchObject({ type: 'Refused', status: 404 });
  expect(await statusOf(official.loyaltyclass.patch({ resourceId: classId, requestBody: { programName: 'X' } }))).toBe(
    400,
  );

  await official.loyaltyobject.addmessage({
    resourceId: id,
    requestBody: { message: { id: 'a', header: 'A', body: 'B' } },
  });
  const updated = { id, classId, state: 'INACTIVE', accountId: null };
  await official.loyaltyobject.update({ resourceId: id, requestBody: updated });
  const { data } = await official.loyaltyobject.list({ classId });
  expect(data.resources).toMatchObject([{ id, state: 'INACTIVE', messages: [{ id: 'a' }] }]);
  expect(data.resources?.[0]).not.toHaveProperty('accountId');
});
