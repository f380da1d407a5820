import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { rateLimit } from '#adapters/middleware/rateLimit.ts';
import { readSettings } from '#adapters/middleware/settings.ts';
import { topology } from '#adapters/topology.ts';

describe('the settings of the middleware', () => {
  test('need the prefix alone: it listens on the port of the topology, to everybody who reaches the container', () => {
    expect(readSettings({ BILLFOLD_PREFIX: 'billfold', HOME: '/root' })).toEqual(
      E.right({
        ...{ prefix: 'billfold', host: '0.0.0.0', port: topology.middleware.port, level: 'info' },
        ...{ requestsPerSecond: 300, secretsFile: null, destinations: null },
      }),
    );
  });

  test('name every variable that cannot be used, once, and never its value', () => {
    const said = readSettings({
      ...{ BILLFOLD_PREFIX: 'Canary', PORT: '70000', HOST: 'canary host', LOG_LEVEL: 'canary' },
      ...{ BILLFOLD_REQUESTS_PER_SECOND: '0', BILLFOLD_SECRETS_FILE: 'canary' },
    });
    if (E.isRight(said)) throw new Error('expected a refusal');
    expect(said.left.map((line) => line.split(' ')[0])).toEqual([
      'BILLFOLD_PREFIX',
      'PORT',
      'HOST',
      'LOG_LEVEL',
      'BILLFOLD_REQUESTS_PER_SECOND',
      'BILLFOLD_SECRETS_FILE',
    ]);
    expect(said.left.join()).not.toMatch(/canary|70000/i);
    expect(said.left.every((line) => / expected .+/.test(line))).toBe(true);
  });
});

describe('a rate limit', () => {
  const limitAt = (clock: () => number) => rateLimit({ perSecond: 2, burst: 3, clock });

  test('lets a burst through, then as many as the rate, and says how long to wait', () => {
    let now = 0;
    const limit = limitAt(() => now);
    expect([limit('a'), limit('a'), limit('a'), limit('a')]).toEqual([null, null, null, 1]);
    now = 499;
    expect(limit('a')).toBe(1);
    now = 500;
    expect([limit('a'), limit('a')]).toEqual([null, 1]);
  });

  test('a refusal costs nothing, a rest fills no more than a burst, a clock that goes back takes nothing away', () => {
    let now = 0;
    const limit = limitAt(() => now);
    for (let call = 0; call < 50; call++) limit('a');
    now = 60_000;
    expect([limit('a'), limit('a'), limit('a'), limit('a')]).toEqual([null, null, null, 1]);
    now = 30_000;
    expect(limit('a')).toBe(1);
    expect(limit('b')).toBeNull();
  });
});
