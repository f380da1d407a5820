import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { SignJWT } from 'jose';
import type { Clock } from '#domain/index.ts';
import { classIdOf, objectIdOf } from './objectId.ts';
import type { AccountUnusable, ReadAccount } from './serviceAccount.ts';
import type { GoogleSettings } from './settings.ts';

export type SaveLinkDeps = {
  readonly settings: GoogleSettings;
  readonly account: ReadAccount;
  readonly clock: Clock;
};

/**
 * The address at which a member saves the card: a signed token that names the object and says nothing of it (developers.google.com/wallet/reference/rest/v1/Jwt),
 * so that the address stays short. The object has to be there: deliver before handing it out.
 */
export const saveLink =
  ({ settings, account, clock }: SaveLinkDeps) =>
  (memberId: string): TaskEither<AccountUnusable, string> =>
  async () => {
    const signer = await account();
    if (E.isLeft(signer)) return signer;
    const { email, key, keyId } = signer.right;
    const token = await new SignJWT({
      typ: 'savetowallet',
      origins: settings.origins,
      payload: { loyaltyObjects: [{ id: objectIdOf(settings, memberId), classId: classIdOf(settings) }] },
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId !== null && { kid: keyId }) })
      .setIssuer(email)
      .setAudience('google')
      .setIssuedAt(Math.floor(clock() / 1_000))
      .sign(key);
    return E.right(`${settings.saveUrl.replace(/\/$/, '')}/${token}`);
  };
