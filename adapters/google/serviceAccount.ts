import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type CryptoKey, importPKCS8 } from 'jose';
import { parsedJson } from '../parsedJson.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { textThat } from '../settingCodecs.ts';
import { SERVICE_ACCOUNT } from './settings.ts';

const ServiceAccountFile = t.intersection([
  t.type({
    type: t.literal('service_account'),
    client_email: textThat('an address', (text) => /^[^\s@]+@[^\s@]+$/.test(text)),
    private_key: textThat('a PEM of a private key', (text) => text.startsWith('-----BEGIN PRIVATE KEY-----')),
    token_uri: textThat('an https address', (text) => URL.canParse(text) && new URL(text).protocol === 'https:'),
  }),
  t.partial({ private_key_id: t.string }),
]);

export type ServiceAccount = {
  readonly email: string;
  readonly key: CryptoKey;
  readonly keyId: string | null;
  readonly tokenUri: string;
};

/** reason: never a value of the secret. */
export type AccountUnusable = { readonly type: 'AccountUnusable'; readonly reason: string };
export type ReadAccount = () => Promise<E.Either<AccountUnusable, ServiceAccount>>;

/** Read each time, as secrets are kept fresh where they are read; parsed once, so that the same text is the same account. A new key counts without a restart. */
export const serviceAccountOf = (secrets: Pick<Secrets, 'current'>): ReadAccount => {
  let known: { readonly text: string; readonly account: ReturnType<ReadAccount> } | null = null;
  return async () => {
    const text = await secrets.current(SERVICE_ACCOUNT)();
    if (E.isLeft(text)) return unusable(text.left.reason);
    if (known?.text !== text.right) known = { text: text.right, account: readAccount(text.right) };
    return known.account;
  };
};

export const readAccount = async (text: string): Promise<E.Either<AccountUnusable, ServiceAccount>> => {
  const file = ServiceAccountFile.decode(parsedJson(text));
  if (E.isLeft(file)) {
    const fields = new Set(
      file.left.map(({ context }) => context.find(({ key }) => /^[a-z]/.test(key))?.key ?? 'JSON'),
    );
    return unusable(`expected a service account: ${[...fields].join(', ')}`);
  }
  const { client_email: email, private_key, private_key_id: keyId = null, token_uri: tokenUri } = file.right;
  const key = await importPKCS8(private_key, 'RS256').catch(() => null);
  return key === null
    ? unusable('private_key: expected an RSA key, PKCS #8')
    : E.right({ email, key, keyId, tokenUri });
};

const unusable = (reason: string): E.Either<AccountUnusable, never> => E.left({ type: 'AccountUnusable', reason });
