import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { providerToken } from '#adapters/apple/providerToken.ts';
import { standingClock, TEAM } from './serving.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const MINUTE = 60_000;

describe('the token of a push key', () => {
  it('says key, team and time, and is signed with the key', async () => {
    const clock = standingClock(Date.now());
    const { privateKey, publicKey } = pair();
    const token = await providerToken(clock)({ keyId: 'K1E2Y3K1E2', teamIdentifier: TEAM, key: privateKey });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: 'K1E2Y3K1E2' });
    expect(decodeJwt(token)).toEqual({ iss: TEAM, iat: Math.floor(clock() / 1_000) });
    await jwtVerify(token, publicKey, { algorithms: ['ES256'] });
  });

  it('is the same for more than twenty minutes, and never an hour old', async () => {
    const clock = standingClock(Date.now());
    const key = { keyId: 'K1E2Y3K1E2', teamIdentifier: TEAM, key: pair().privateKey };
    const tokenOf = providerToken(clock);
    const tokens: string[] = [];
    for (let minute = 0; minute < 180; minute++) {
      tokens.push(await tokenOf(key));
      expect(clock() / 1_000 - Number(decodeJwt(tokens.at(-1)!).iat)).toBeLessThan(3_600);
      clock.advance(MINUTE);
    }
    const changes = tokens.flatMap((token, minute) => (minute > 0 && token !== tokens[minute - 1] ? [minute] : []));
    expect(changes).toEqual([40, 80, 120, 160]);
  });

  it('is another one at once with another key', async () => {
    const tokenOf = providerToken(standingClock());
    const [one, other] = [pair(), pair()];
    const key = { keyId: 'K1E2Y3K1E2', teamIdentifier: TEAM };
    await tokenOf({ ...key, key: one.privateKey });
    await jwtVerify(await tokenOf({ ...key, key: other.privateKey }), other.publicKey, {
      currentDate: new Date('2026-11-22T10:01:00Z'),
    });
  });
});
