import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { keyring } from '#adapters/middleware/keyring.ts';
import { askWith } from '#test/adapters/http/askWith.ts';
import { EVENT_KEY } from './keys.ts';
import { operate } from './operated.ts';

const balanced = keyring({ readKeys: TE.right(['operator-key-0123456789']), clock: Date.now });
const sending = { authorization: `Bearer ${EVENT_KEY}`, 'content-type': 'application/json' };

describe('a middleware that only this machine reaches', () => {
  test.each([
    ['an address', { host: '127.0.0.1:8402' }, 200],
    ['an address of IPv6', { host: '[::1]:8402' }, 200],
    ['localhost', { host: 'localhost' }, 200],
    ['its own page', { host: '127.0.0.1:8402', origin: 'http://127.0.0.1:8402', 'sec-fetch-site': 'same-origin' }, 200],
    ['a name that was made to point here', { host: 'evil.example:8402' }, 421],
    ['a name that looks like an address', { host: '127.0.0.1.evil.example' }, 421],
    ['no host', { host: '' }, 421],
    ['the page of another site', { host: '127.0.0.1:8402', origin: 'https://evil.example' }, 403],
    ['a page without origin', { host: '127.0.0.1:8402', origin: 'null' }, 403],
    ['an image on another site', { host: '127.0.0.1:8402', 'sec-fetch-site': 'cross-site' }, 403],
    ['a page on another port', { host: '127.0.0.1:8402', 'sec-fetch-site': 'same-site' }, 403],
  ])('asked by %s', async (_, headers, status) => {
    const { url } = await operate();
    for (const path of ['/api/destinations', '/health', '/health/live'])
      expect(await askWith(url, 'GET', path, headers), path).toMatchObject({
        status: status === 200 ? expect.any(Number) : status,
      });
    expect((await askWith(url, 'GET', '/api/destinations', headers)).status).toBe(status);
  });

  test('takes no event for another host, whatever key comes with it, and no body is read', async () => {
    const { url } = await operate();
    const answer = await askWith(url, 'POST', '/events', { ...sending, host: 'evil.example' }, '{');
    expect(answer).toMatchObject({ status: 421, type: 'application/problem+json; charset=utf-8' });
    expect((await askWith(url, 'POST', '/events', sending, '{')).status).toBe(400);
  });

  test('behind a balancer every name is its own: there a key is asked for', async () => {
    const { url } = await operate({ operators: balanced });
    expect((await askWith(url, 'GET', '/health/live', { host: 'wallet.example.com' })).status).toBe(200);
    expect((await askWith(url, 'GET', '/api/destinations', { host: 'wallet.example.com' })).status).toBe(401);
  });
});
