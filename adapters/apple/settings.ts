import * as t from 'io-ts';
import type { Limits } from '../delivery/destination.ts';
import { limitSettings } from '../delivery/limitSettings.ts';
import { closed, isHttps, nameUpTo, oneOf, orNull, textThat, wholeNumber, withDefault } from '../settingCodecs.ts';

const KeyId = closed(
  { keyId: textThat('a key id of 10 characters', (text) => /^[A-Z0-9]{10}$/.test(text)) },
  'a key id',
);
type Auth = 'certificate' | t.TypeOf<typeof KeyId>;
const Auth = new t.Type<Auth>(
  '"certificate" or { "keyId": … }',
  (value): value is Auth => value === 'certificate' || KeyId.is(value),
  (value, context) =>
    typeof value === 'object' && value !== null
      ? KeyId.validate(value, context)
      : value === 'certificate'
        ? t.success(value)
        : t.failure(value, context),
  t.identity,
);

const Apns = closed(
  {
    url: withDefault(
      textThat('an https address, such as https://api.push.apple.com', isHttps),
      'https://api.push.apple.com',
    ),
    /** certificate: the one that signs. Else a token made with `apple-push-key`, whose key id this is. */
    auth: withDefault(Auth, 'certificate'),
    /** Apple names no value for passes; others send these (Apple forums 765873, dotAPNS issue 99, read November 2026). */
    pushType: withDefault(oneOf('background', 'alert'), 'background'),
    priority: withDefault(oneOf(5, 10), 5),
  },
  'how pushes are sent',
);

/** Apple names no limit; too many at once have been taken for an attack (node-pushnotifications issue 55, read November 2026). */
const usualLimits: Limits = {
  ...{ perSecond: 200, burst: 400, concurrent: 100, concurrentBulk: 50 },
  ...{ tryTimeoutMs: 10_000, deadlineMs: 60_000, tries: 4 },
};

/** The "apple" part of destinations.json, defaults filled in. */
export const AppleSettings = closed(
  {
    passTypeIdentifier: textThat('a pass type identifier, such as pass.com.example.card', (text) =>
      /^pass\.[A-Za-z0-9.-]{1,150}$/.test(text),
    ),
    teamIdentifier: textThat('a team identifier of 10 characters', (text) => /^[A-Z0-9]{10}$/.test(text)),
    organizationName: nameUpTo(100),
    /** Read out where the pass cannot be seen. */
    description: nameUpTo(200),
    /** Without /v1. */
    webServiceUrl: textThat(
      'an https address without query and without /v1, such as https://passes.example.com/apple',
      (text) => isHttps(text) && !/[?#]|\/v1\/?$/.test(text),
    ),
    /** A file beside destinations.json; null: card.json, where it is there, else the built-in one. */
    template: withDefault(
      orNull(textThat('the name of a file, such as card.json', (text) => /^[\w.-]+\.json$/.test(text))),
      null,
    ),
    /** At most one push for a pass in so many seconds. */
    pushEverySeconds: withDefault(wholeNumber(1, 86_400), 60),
    /**
     * Of the signature; the manifest is always SHA-1. What tools that passes are signed with today use
     * (passkit-generator 3.6.1, Signature.ts, read November 2026): whether Wallet takes another is not known.
     */
    digest: withDefault(oneOf('sha1', 'sha256'), 'sha1'),
    apns: withDefault(Apns, {
      url: 'https://api.push.apple.com',
      auth: 'certificate',
      pushType: 'background',
      priority: 5,
    }),
    limits: limitSettings(usualLimits),
  },
  'the settings of Apple Wallet',
);
export type AppleSettings = t.TypeOf<typeof AppleSettings>;
