import { generateKeyPairSync, verify } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { objectIdOf } from '#adapters/google/objectId.ts';
import { saveLink } from '#adapters/google/saveLink.ts';
import { readAccount } from '#adapters/google/serviceAccount.ts';
import { googleSettings, ISSUER } from '#test/support/googleWallet.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const file = {
  ...{ type: 'service_account', client_email: 'billfold@example.iam.gserviceaccount.com', private_key_id: 'k1' },
  ...{
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: 'https://oauth2.example.com/token',
  },
};
const settings = googleSettings({ origins: ['https://shop.example.com'] });
const linkOf = async (memberId: string): Promise<URL> => {
  const account = () => readAccount(JSON.stringify(file));
  const link = await saveLink({ settings, account, clock: () => 1_790_000_000_400 })(memberId)();
  if (E.isLeft(link)) throw new Error('expected a link');
  return new URL(link.right);
};
const claims = {
  ...{
    iss: file.client_email,
    aud: 'google',
    typ: 'savetowallet',
    iat: 1_790_000_000,
    origins: ['https://shop.example.com'],
  },
  payload: { loyaltyObjects: [{ id: objectIdOf({ issuerId: ISSUER }, '003-1'), classId: `${ISSUER}.loyalty` }] },
};

test('a link that saves is signed by the service account and names the object: read by node:crypto', async () => {
  const { origin, pathname } = await linkOf('003-1');
  const [header = '', payload = '', signature = ''] = pathname.replace('/gp/v/save/', '').split('.');
  expect(origin).toBe('https://pay.google.com');
  const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(json(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
  expect(json(payload)).toEqual(claims);
  const bytes = Buffer.from(`${header}.${payload}`);
  expect(verify('RSA-SHA256', bytes, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('… and by a library', async () => {
  const token = (await linkOf('003-1')).pathname.split('/').at(-1)!;
  const { payload } = await jwtVerify(token, publicKey, { algorithms: ['RS256'], audience: 'google' });
  expect(payload).toEqual(claims);
});

test('a link tells nothing of the member, and is short enough for a message', async () => {
  const { href } = await linkOf('canary-003');
  const readable = href.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect(readable.join()).not.toContain('canary');
  expect(href.length).toBeLessThan(1_000);
});
