import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { mayCarryToken } from '#adapters/cli/mayCarryToken.ts';

const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
const inUrl = (address: string): string => (address.includes(':') ? `[${address.split('%')[0]}]` : address);

describe('a token goes', () => {
  it.each([
    ...['https://billfold.example.com', 'http://127.0.0.1:8400', 'http://127.0.0.2', 'http://localhost:8400'],
    ...[
      'http://console.localhost',
      'http://[::1]:8400',
      'http://192.168.1.10:8400',
      'http://10.0.0.3',
      'http://172.31.9.9',
    ],
    ...['http://169.254.1.1', 'http://100.64.0.9', 'http://[fd00::2]:8400', 'http://[fe80::1]', 'http://billfold:8400'],
    ...['http://mac.local:8400', 'http://b.internal', 'http://nas.home.arpa', 'HTTP://LOCALHOST', 'http://0x7f.1'],
    ...own.map((address) => `http://${inUrl(address)}:8400`),
  ])('to %s', (url) => expect(mayCarryToken(url)).toBe(true));

  it.each([
    ...['http://billfold.example.com', 'http://203.0.113.9:8400', 'http://172.32.0.1', 'http://[2001:db8::1]'],
    ...[
      'http://localhost.example.com',
      'http://10.0.0.3.example.com',
      'http://127.0.0.1@example.com',
      'http://x.locals',
    ],
    ...['ftp://127.0.0.1', 'localhost:8400', 'nonsense', ''],
  ])('not to %s', (url) => expect(mayCarryToken(url)).toBe(false));
});
