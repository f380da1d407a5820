export type Headers = Readonly<Record<string, string>>;

/** On every answer that is no page: should a browser show it, it shows it alone, and runs nothing. */
export const answerHeaders = (): Headers => ({
  ...common,
  'content-security-policy': policy({ 'default-src': "'none'", ...closed, 'form-action': "'none'" }),
});

/**
 * On the page. nonce: another one for every answer, and as `nonce` on the style elements that its scripts make. Scripts are files of our own, without
 * exception; trusted types: no text becomes markup, whatever a library does with it (Trusted Types, 2.1).
 * Instead of those above: `reply.headers(pageHeaders(nonce))`.
 */
export const pageHeaders = (nonce: string): Headers => ({
  ...common,
  'content-security-policy': policy({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'form-action': "'none'",
    ...closed,
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  }),
});

/** On the page that asks for the token. It says its origin to ourselves: under no-referrer a browser posts a form with `Origin: null` (Fetch, 3.2). styleHash: of its one style. */
export const signInHeaders = (styleHash: string): Headers => ({
  ...common,
  'content-security-policy': policy({
    'default-src': "'none'",
    'style-src': styleHash,
    'img-src': 'data:',
    'form-action': "'self'",
    ...closed,
  }),
  'referrer-policy': 'same-origin',
});

const closed = { 'base-uri': "'none'", 'frame-ancestors': "'none'" } as const;

const policy = (directives: Readonly<Record<string, string>>): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** What a console of ours never asks a browser for. */
const UNUSED_FEATURES = [
  ...['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer'],
  ...['microphone', 'midi', 'payment', 'publickey-credentials-get', 'usb'],
];

/** no-store: nearly everything here is about persons. What is not, such as files of the page, says otherwise. */
const common: Headers = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
