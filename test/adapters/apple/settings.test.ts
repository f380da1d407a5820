import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { authenticationToken, isAuthenticationToken } from '#adapters/apple/authenticationToken.ts';
import { AppleSettings } from '#adapters/apple/settings.ts';
import { linesOf } from '#adapters/settingCodecs.ts';
import { saidSettings, settings } from './support.ts';

const problemsOf = (said: object): readonly string[] => {
  const decoded = AppleSettings.decode({ ...saidSettings, ...said });
  return E.isLeft(decoded) ? linesOf(decoded.left) : [];
};

describe('the settings of Apple Wallet', () => {
  test('need little, and the rest is filled in', () => {
    expect(settings).toMatchObject({
      ...saidSettings,
      ...{ template: null, pushEverySeconds: 60, digest: 'sha1' },
      apns: { url: 'https://api.push.apple.com', auth: 'certificate', pushType: 'background', priority: 5 },
      limits: { tries: 4 },
    });
    expect(AppleSettings.decode({ ...saidSettings, limits: { tries: 2 } })).toMatchObject({
      right: { limits: { tries: 2, perSecond: 200 } },
    });
    expect(AppleSettings.decode({ ...saidSettings, apns: { auth: { keyId: 'ABCDEF1234' } } })).toMatchObject({
      right: { apns: { auth: { keyId: 'ABCDEF1234' }, priority: 5 } },
    });
  });

  test.each([
    [
      { passTypeIdentifier: 'com.example' },
      'passTypeIdentifier: expected a pass type identifier, such as pass.com.example.card',
    ],
    [{ teamIdentifier: undefined }, 'teamIdentifier: expected a team identifier of 10 characters'],
    [{ webServiceUrl: 'http://a.example' }, /^webServiceUrl: expected an https address/],
    [{ webServiceUrl: 'https://a.example/v1' }, /^webServiceUrl: expected .* without \/v1/],
    [{ template: '../card.json' }, 'template: expected the name of a file, such as card.json'],
    [{ digest: 'md5' }, 'digest: expected one of sha1, sha256'],
    [{ apns: { auth: { keyId: 'short' } } }, 'apns.auth.keyId: expected a key id of 10 characters'],
    [{ apns: { auth: 'token' } }, 'apns.auth: expected "certificate" or { "keyId": … }'],
    [{ apns: { prority: 10 } }, 'apns.prority: expected one of the keys url, auth, pushType, priority'],
    [{ limits: { tries: 0 } }, 'limits.tries: expected a whole number from 1 to 20'],
    [{ pushEvery: 5 }, /^pushEvery: expected one of the keys passTypeIdentifier, /],
  ])('refuse %j, and say where and what was expected', (said, expected) => {
    expect(problemsOf(said)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });
});

describe('an authentication token', () => {
  const token = authenticationToken('current', 'pass.a', 'M1');

  test('is good with every value of the key that counts, for its own pass only', () => {
    expect(isAuthenticationToken(token, ['pending', 'current'], 'pass.a', 'M1')).toBe(true);
    expect(isAuthenticationToken(token, ['current', 'previous'], 'pass.a', 'M1')).toBe(true);
    for (const [keys, type, serial] of [
      [['other'], 'pass.a', 'M1'],
      [['current'], 'pass.b', 'M1'],
      [['current'], 'pass.a', 'M2'],
      [[], 'pass.a', 'M1'],
    ] as const)
      expect(isAuthenticationToken(token, keys, type, serial)).toBe(false);
    expect(isAuthenticationToken('', ['current'], 'pass.a', 'M1')).toBe(false);
  });

  test('never is that of a pass whose names give the same text when put together', () => {
    expect(authenticationToken('k', 'pass.a', 'b')).not.toBe(authenticationToken('k', 'pass.ab', ''));
    expect(token).toMatch(/^[\w-]{43}$/);
  });
});
