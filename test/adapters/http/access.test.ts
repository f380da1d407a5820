import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, decideAccess } from '#adapters/http/access.ts';
import { guesses, networkOf } from '#adapters/http/guesses.ts';
import { tokenOf } from '#adapters/http/token.ts';

const TOKEN = 'the-token-of-this-test';
const token = tokenOf(TOKEN, 'the key of its cookies');
const names = ['billfold.example.com'];
const host = '127.0.0.1:8400';

type Headers = Readonly<Record<string, string>>;
const bearer = (shown: string): Headers => ({ host, authorization: `Bearer ${shown}` });
const signed = (id: string): Headers => ({
  host,
  authorization: `AWS4-HMAC-SHA256 Credential=${id}/20261122/eu-west-1/events/aws4_request, SignedHeaders=host, Signature=0f`,
});
const verdictOf = (decision: Decision): string =>
  decision.type === 'refuse' ? String(decision.status) : decision.type === 'signIn' ? decision.location : 'allow';
const ask = (line: string, headers: Headers, asks: typeof token | null): string => {
  const [method = '', url = ''] = line.split(' ');
  return verdictOf(decideAccess({ method, url, headers }, { names, token: asks }));
};

describe('a request is answered only where it is meant for us', () => {
  it.each([
    ...['127.0.0.1:8400', '127.0.0.1', '192.168.1.10:8400', '[::1]:8400', '[fd00::2]', 'localhost:8400', 'localhost'],
    ...['LOCALHOST', 'localhost.', 'console.localhost:8400', 'billfold.example.com', 'Billfold.Example.com:443'],
  ])('%s', (to) => expect(ask('POST /api/jobs', { host: to }, null)).toBe('allow'));

  it.each([
    ...['evil.example', 'evil.example:8400', 'localhost.evil.example', 'xlocalhost', '127.0.0.1.evil.example'],
    ...['x.billfold.example.com', '', ':8400', '::1', '[::1', '127.0.0.1:8400@evil.example', 'localhost/x', '[evil]'],
  ])('not: %s', (to) => expect(ask('GET /health', { host: to }, null)).toBe('421'));

  it('not where nobody says', () => expect(ask('GET /health', {}, null)).toBe('421'));
});

describe('what the page of another site sends is refused, unless somebody visits a page', () => {
  const visit = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  it.each<[string, string, Headers, string]>([
    ['curl', 'POST /api/jobs', { host }, 'allow'],
    ['our page', 'POST /api/jobs', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, 'allow'],
    [
      'our page, as a browser says it that trusts us not',
      'POST /api/jobs',
      { host, origin: `http://${host}` },
      'allow',
    ],
    ['our page behind a proxy', 'POST /api/jobs', { host: 'localhost', origin: 'https://localhost' }, 'allow'],
    ['a typed address', 'GET /api/status', { ...visit, 'sec-fetch-site': 'none' }, 'allow'],
    ['another site', 'POST /api/jobs', { host, origin: 'https://evil.example' }, '403'],
    ['another port', 'POST /api/jobs', { host, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }, '403'],
    ['another port, without Sec-Fetch-Site', 'POST /api/jobs', { host, origin: 'http://127.0.0.1:3000' }, '403'],
    ['a sandbox', 'POST /api/jobs', { host, origin: 'null' }, '403'],
    ['an extension', 'POST /api/jobs', { host, origin: `chrome-extension://${host}` }, '403'],
    ['no origin', 'POST /api/jobs', { host, origin: '' }, '403'],
    ['a form of another site', 'POST /api/jobs', visit, '403'],
    ['an image', 'GET /api/status', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, '403'],
    ['a stream', 'GET /api/wallet-events', { host, origin: 'http://localhost:3000' }, '403'],
    ['a site to come', 'GET /', { host, 'sec-fetch-site': 'something-new' }, '403'],
    ['a frame', 'GET /', { ...visit, 'sec-fetch-dest': 'iframe' }, '403'],
    ['a link to the page', 'GET /', visit, 'allow'],
    ['a link into it', 'GET /members/0038d000008NplcAAC?x=1', visit, 'allow'],
    ['a link to a name that begins like the API', 'GET /apis', visit, 'allow'],
    ['a link to the API', 'GET /api/members/0038d000008NplcAAC', visit, '403'],
    ['a link to the API, encoded', 'GET /%61pi/status', visit, '403'],
    ['a link to the API, from the root', 'GET //api/status', visit, '403'],
    ['a link that cannot be read', 'GET /%zz', visit, '403'],
    ['a form for the token, of another site', 'POST /session', { host, origin: 'https://evil.example' }, '403'],
  ])('%s: %s', (_what, line, headers, verdict) => expect(ask(line, headers, null)).toBe(verdict));
});

describe('where a token is asked for', () => {
  const cookie = { host, cookie: `a=b; billfold=${token.cookie}; c=d` };
  it.each<[string, string, Headers, string]>([
    ['nothing', 'GET /api/status', { host }, '401'],
    ['the token', 'GET /api/status', bearer(TOKEN), 'allow'],
    ['the token, in small letters before it', 'GET /', { host, authorization: `bearer ${TOKEN}` }, 'allow'],
    ['another', 'GET /api/status', bearer(`${TOKEN}x`), '401'],
    ['the token as a password', 'GET /', { host, authorization: `Basic ${btoa(`x:${TOKEN}`)}` }, '401'],
    ['the cookie', 'POST /api/jobs', cookie, 'allow'],
    ['the cookie beside an old one', 'GET /', { host, cookie: `billfold=old; billfold=${token.cookie}` }, 'allow'],
    ['the token as a cookie', 'GET /', { host, cookie: `billfold=${TOKEN}` }, '401'],
    ['the cookie as a token', 'GET /', bearer(token.cookie), '401'],
    ['the token in the address', `GET /?token=${TOKEN}`, { host }, '/'],
    ['the token in the address of something', `GET /?a=1&token=${TOKEN}&b=%26`, { host }, '/?a=1&b=%26'],
    ['the token in the address, with a cookie', `GET /?token=${TOKEN}`, cookie, '/'],
    ['another in the address', 'GET /?token=another', cookie, '401'],
    ['the token in another address', `GET /api/status?token=${TOKEN}`, { host }, '401'],
    ['the token in the address of a POST', `POST /?token=${TOKEN}`, { host }, '401'],
    ['nothing, whether it lives', 'GET /health/ready', { host }, 'allow'],
    ['nothing, whether it lives, and a question', 'GET /health/?x=1', { host }, 'allow'],
    ['nothing, beside that', 'GET /health/x', { host }, '401'],
    ['nothing, through that', 'GET /health/../api/status', { host }, '401'],
    ['nothing, to show it', 'POST /session', { host }, 'allow'],
    ['nothing, where one shows it', 'GET /session', { host }, '401'],
    ['a signature with it as the key id', 'POST /eventbridge', signed(TOKEN), 'allow'],
    ['a signature with it as the key id, and a slash', 'POST /eventbridge/', signed(TOKEN), 'allow'],
    ['a signature of anybody', 'POST /eventbridge', signed('AKIAIOSFODNN7EXAMPLE'), '401'],
    [
      'a session with it',
      'POST /eventbridge',
      { ...signed('AKIAIOSFODNN7EXAMPLE'), 'x-amz-security-token': TOKEN },
      'allow',
    ],
    ['a session with another', 'POST /eventbridge', { ...signed(TOKEN), 'x-amz-security-token': 'another' }, '401'],
    ['a signature elsewhere', 'GET /api/status', signed(TOKEN), '401'],
    ['a session elsewhere', 'GET /api/status', { host, 'x-amz-security-token': TOKEN }, '401'],
    ['the token, from another site', 'GET /api/status', { ...bearer(TOKEN), origin: 'https://evil.example' }, '403'],
    ['the cookie, from another site', 'POST /api/jobs', { ...cookie, 'sec-fetch-site': 'same-site' }, '403'],
    ['the token, to another host', 'GET /api/status', { ...bearer(TOKEN), host: 'evil.example' }, '421'],
  ])('%s: %s', (_what, line, headers, verdict) => expect(ask(line, headers, token)).toBe(verdict));

  it('a token with any sign that headers carry can be shown in every way', () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 16,
      maxLength: 60,
    });
    fc.assert(
      fc.property(visible, (any) => {
        const asks = tokenOf(any, 'key');
        expect(ask('GET /api/status', bearer(any), asks)).toBe('allow');
        expect(ask('POST /eventbridge', { ...signed('x'), 'x-amz-security-token': any }, asks)).toBe('allow');
        expect(ask(`GET /?token=${encodeURIComponent(any)}`, { host }, asks)).toBe('/');
      }),
    );
  });
});

describe('whatever is asked', () => {
  const anyHeader = fc.oneof(
    fc.constantFrom('', 'null', host, `http://${host}`, 'same-origin', 'none', 'navigate', 'document', 'text/html'),
    fc.constantFrom('Bearer x', 'billfold=x', String(signed('x').authorization), token.cookie),
    fc.string(),
  );
  const headerNames = [
    ...['authorization', 'cookie', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'accept'],
    ...['x-amz-security-token', 'x-forwarded-for', 'x-forwarded-host', 'forwarded'],
  ];
  const anyHeaders = fc.dictionary(fc.constantFrom(...headerNames), anyHeader);
  const anyMethod = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS');
  const anyUrl = fc.oneof(
    fc.constantFrom('/', '/api/status', '/eventbridge', '/console/a.js', '/health', '/health/ready', '/session'),
    fc.webPath().map((path) => `/${path}`),
    fc.webQueryParameters().map((query) => `/?${query}`),
  );
  const isHealth = (url: string): boolean => /^\/health(\/(live|ready))?\/?(\?|$)/.test(url);

  it('nothing but health and showing the token is had without the token', () => {
    fc.assert(
      fc.property(anyMethod, anyUrl, anyHeaders, (method, url, headers) => {
        const decision = decideAccess({ method, url, headers: { ...headers, host } }, { names, token });
        fc.pre(!isHealth(url) && !(method === 'POST' && url.startsWith('/session')));
        expect(decision.type).toBe('refuse');
      }),
      { numRuns: 1_000 },
    );
  });

  it('nothing is had at the host of a stranger, token or not', () => {
    const strange = fc.domain().filter((name) => !names.includes(name) && !name.endsWith('localhost'));
    fc.assert(
      fc.property(anyMethod, anyUrl, anyHeaders, strange, (method, url, headers, name) => {
        const shown = { ...headers, ...bearer(TOKEN), cookie: `billfold=${token.cookie}`, host: name };
        for (const asks of [token, null])
          expect(decideAccess({ method, url, headers: shown }, { names, token: asks })).toMatchObject({ status: 421 });
      }),
    );
  });

  it('no page of another site makes anything happen, token or not', () => {
    fc.assert(
      fc.property(anyMethod, anyUrl, anyHeaders, fc.webUrl(), (method, url, headers, site) => {
        const shown = {
          ...headers,
          ...bearer(TOKEN),
          cookie: `billfold=${token.cookie}`,
          origin: new URL(site).origin,
        };
        for (const asks of [token, null])
          expect(decideAccess({ method, url, headers: shown }, { names, token: asks })).toMatchObject({ status: 403 });
      }),
    );
  });

  it('no refusal repeats what was shown', () => {
    const secret = 'what-somebody-showed';
    for (const line of ['GET /', `GET /?token=${secret}`, `GET /api/members/${secret}`, 'POST /eventbridge']) {
      const [method = '', url = ''] = line.split(' ');
      const headers = { ...bearer(secret), cookie: `billfold=${secret}`, 'x-amz-security-token': secret };
      expect(JSON.stringify(decideAccess({ method, url, headers }, { names, token }))).not.toContain(secret);
    }
  });
});

describe('guesses', () => {
  const clockOf = () => {
    let now = 0;
    return { clock: () => now, advance: (ms: number) => (now += ms) };
  };

  it('ten wrong ones of an address and it waits, whatever it shows then; twelve a minute from there on', () => {
    const { clock, advance } = clockOf();
    const { mustWaitS, wrong } = guesses(clock);
    for (let shown = 0; shown < 10; shown++) {
      expect(mustWaitS('192.0.2.7')).toBeNull();
      wrong('192.0.2.7');
    }
    expect(mustWaitS('192.0.2.7')).toBe(5);
    expect(mustWaitS('192.0.2.8')).toBeNull();
    advance(4_900);
    expect(mustWaitS('192.0.2.7')).toBe(1);
    advance(100);
    expect(mustWaitS('192.0.2.7')).toBeNull();
    wrong('192.0.2.7');
    expect(mustWaitS('192.0.2.7')).toBe(5);
  });

  it('whoever shows the right one never waits', () => {
    const { mustWaitS } = guesses(clockOf().clock);
    for (let shown = 0; shown < 1_000; shown++) expect(mustWaitS('192.0.2.7')).toBeNull();
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:DB8::6', '2001:db8:0:0'],
    ['fe80::1:2:3:4%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
  ])('%s guesses as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
