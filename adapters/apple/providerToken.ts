import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Clock, type EpochMs, isDatedAhead } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';

export type PushKey = { readonly keyId: string; readonly teamIdentifier: string; readonly key: KeyObject };

/**
 * The token of a push key. Apple refuses one that is older than an hour, and more than one in twenty minutes
 * ("Establishing a token-based connection to APNs", read November 2026). Nor would it take one that was dated by a clock which was ahead.
 */
export const providerToken = (clock: Clock): ((key: PushKey) => Promise<string>) => {
  let known: {
    readonly of: KeyObject;
    readonly token: Promise<string>;
    readonly at: EpochMs;
    readonly agoMs: () => number;
  } | null = null;
  return ({ keyId, teamIdentifier, key }) => {
    const now = clock();
    if (known === null || !known.of.equals(key) || known.agoMs() >= RENEW_MS || isDatedAhead(known.at, now)) {
      const token = new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: keyId })
        .setIssuer(teamIdentifier)
        .setIssuedAt(Math.floor(now / 1_000))
        .sign(key);
      known = { of: key, token, at: now, agoMs: stopwatch(clock) };
    }
    return known.token;
  };
};

const RENEW_MS = 40 * 60_000;
