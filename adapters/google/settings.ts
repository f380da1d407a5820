import * as t from 'io-ts';
import type { Limits } from '../delivery/destination.ts';
import { limitSettings } from '../delivery/limitSettings.ts';
import { closed, isHttps, nameUpTo, oneOf, orNull, textThat, withDefault } from '../settingCodecs.ts';

/** The secret with the JSON file that Google gives for a service account. */
export const SERVICE_ACCOUNT = 'google-service-account';

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
const https = (what: string) => textThat(`an https address ${what}`, isHttps);
const orNothing = <A>(codec: t.Type<A>) => withDefault(orNull(codec), null);
const wording = (usual: string) => withDefault(nameUpTo(100), usual);

/**
 * Google publishes one number, 20 requests a second, and asks for a timeout of 10 s (Google Wallet FAQ, read November 2026). perSecond and burst together
 * are what lies in any second.
 */
export const usualLimits: Limits = {
  ...{ perSecond: 15, burst: 5, concurrent: 20, concurrentBulk: 12 },
  ...{ tryTimeoutMs: 10_000, deadlineMs: 30_000, tries: 5 },
};

/** What holders read. {tier} and {n} are filled in. */
const Words = closed(
  {
    /** BCP 47, of the words here. */
    language: withDefault(
      textThat('a language tag, such as en or de-AT', (text) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text)),
      'en',
    ),
    member: wording('Member'),
    memberNumber: wording('Member ID'),
    tier: wording('Tier'),
    nextTier: wording('To {tier}'),
    spend: wording('Spend'),
    points: wording('Points'),
    since: wording('Member since'),
    promotion: wording('Offer'),
    until: wording('until'),
    furtherPromotions: wording('{n} more'),
    /** Told where the tier changes. */
    tierMessage: wording('Your tier is now {tier}.'),
  },
  'words',
);
export type Words = t.TypeOf<typeof Words>;
const usualWords = (): Words => {
  const read = Words.decode({});
  if (read._tag === 'Left') throw new Error('the usual words cannot be read');
  return read.right;
};

/** The "google" part of destinations.json, defaults filled in. */
export const GoogleSettings = closed(
  {
    issuerId: textThat('an issuer id, digits as the Google Pay & Wallet console shows them', (text) =>
      /^\d{5,25}$/.test(text),
    ),
    issuerName: nameUpTo(60),
    programName: nameUpTo(60),
    /** Google fetches it. */
    programLogo: https('of the logo'),
    classSuffix: withDefault(
      textThat('letters, digits, dots, _ or -', (text) => /^[\w.-]{1,60}$/.test(text)),
      'loyalty',
    ),
    heroImage: orNothing(https('of the banner')),
    backgroundColor: orNothing(textThat('a colour, such as #14213d', (text) => /^#[0-9a-fA-F]{6}$/.test(text))),
    barcode: withDefault(oneOf('QR_CODE', 'CODE_128', 'PDF_417', 'AZTEC'), 'QR_CODE'),
    /** Pages that may show the button that saves, such as https://shop.example.com. */
    origins: withDefault(t.readonlyArray(textThat('an origin, such as https://shop.example.com', isOrigin)), []),
    /** Of this service as Google reaches it, ends in /google/callbacks; null: Google tells nothing. */
    callbackUrl: orNothing(
      textThat(
        'an https address that ends in /google/callbacks',
        (text) => isHttps(text) && text.endsWith('/google/callbacks'),
      ),
    ),
    callbackKeysUrl: withDefault(https('of signing keys'), 'https://pay.google.com/gp/m/issuer/keys'),
    url: withDefault(https('of the API'), 'https://walletobjects.googleapis.com'),
    saveUrl: withDefault(https('of links that save'), 'https://pay.google.com/gp/v/save'),
    /** Whose changes holders are notified of, in the live lane: as wallet events name them, and what is below. */
    notify: withDefault(t.readonlyArray(nameUpTo(100)), ['points', 'tier.qualifyingSpend', 'tier.name']),
    words: withDefault(Words, usualWords()),
    limits: limitSettings(usualLimits),
  },
  'the settings of Google Wallet',
);
export type GoogleSettings = t.TypeOf<typeof GoogleSettings>;
