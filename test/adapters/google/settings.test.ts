import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { GoogleSettings, usualLimits } from '#adapters/google/settings.ts';
import { linesOf } from '#adapters/settingCodecs.ts';
import { googleSettings } from '#test/support/googleWallet.ts';

test('settings need an issuer, names and a logo; the rest is as usual, within what Google allows in a second', () => {
  expect(googleSettings()).toMatchObject({
    ...{ classSuffix: 'loyalty', url: 'https://walletobjects.googleapis.com', limits: usualLimits, origins: [] },
    words: { tier: 'Tier', tierMessage: 'Your tier is now {tier}.' },
  });
  expect(usualLimits.perSecond + usualLimits.burst).toBeLessThanOrEqual(20);
  expect(googleSettings({ words: { tier: 'Niveau' } }).words).toMatchObject({ tier: 'Niveau', since: 'Member since' });
});

test('what is wrong with them is said by place and by what was expected, never by its value', () => {
  const read = GoogleSettings.decode({
    ...{ issuerId: 'canary', issuerName: ' ', programName: 'P', programLogo: 'http://canary', classSufix: 'canary' },
  });
  if (E.isRight(read)) throw new Error('expected a refusal');
  expect(linesOf(read.left).join('\n')).toMatch(/classSufix: expected one of the keys/);
  const named = GoogleSettings.decode({
    issuerId: 'canary',
    issuerName: ' ',
    programName: 'P',
    programLogo: 'http://canary',
    origins: ['https://shop.example.com', 'https://canary.example.com/path'],
    callbackUrl: 'https://canary.example.com',
  });
  if (E.isRight(named)) throw new Error('expected a refusal');
  expect(linesOf(named.left)).toEqual([
    'issuerId: expected an issuer id, digits as the Google Pay & Wallet console shows them',
    'issuerName: expected text of 1 to 60 characters',
    'programLogo: expected an https address of the logo',
    'origins.1: expected an origin, such as https://shop.example.com',
    'callbackUrl: expected an https address that ends in /google/callbacks',
  ]);
});
