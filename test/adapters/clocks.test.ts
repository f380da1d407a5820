import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import { providerToken } from '#adapters/apple/providerToken.ts';
import { stopwatch, whetherClockIsSet } from '#adapters/clocks.ts';
import type { RunStep } from '#adapters/delivery/destination.ts';
import { accessTokens } from '#adapters/google/accessToken.ts';
import { classOnce } from '#adapters/google/classOnce.ts';
import type { LoyaltyClass } from '#adapters/google/loyaltyClass.ts';
import { rootKeys } from '#adapters/google/rootKeys.ts';
import type { ServiceAccount } from '#adapters/google/serviceAccount.ts';
import type { WalletApi } from '#adapters/google/walletApi.ts';
import { keyCache } from '#adapters/keys/keyCache.ts';
import { memberDirectory } from '#adapters/local/memberDirectory.ts';
import { keptSecret } from '#adapters/middleware/keptSecret.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { managedSecrets } from '#adapters/secrets/managedSecrets.ts';
import { inVirtualTime, setClockAhead } from '#test/support/virtualTime.ts';

const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];
const clock = (): number => Date.now();

/** Something that is kept for a while. use: as whoever needs it. asked: how often it was fetched or made. */
type Kept = { readonly use: () => unknown; readonly forMs: number };
type Open = (asked: () => void) => Kept | Promise<Kept>;

const rsa = async (): Promise<ServiceAccount> => {
  const { privateKey } = await webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  );
  return { email: 'a@b', key: privateKey, keyId: null, tokenUri: 'https://token.test' };
};
const tokens = async (asked: () => void, status: number, body: object) => {
  const account = E.right(await rsa());
  const call = async () => {
    asked();
    return { status, headers: {}, body: JSON.stringify(body) };
  };
  return accessTokens({ account: async () => account, call, clock });
};
const justRun: RunStep = (_step, request) => request(new AbortController().signal);

const kept: Readonly<Record<string, Open>> = {
  'a token of Google': async (asked) => {
    const { take } = await tokens(asked, 200, { access_token: 't', expires_in: 3_600 });
    return { use: take, forMs: 58 * MINUTE_MS };
  },
  'a token that Google refused': async (asked) => {
    const { take } = await tokens(asked, 400, { error: 'invalid_grant' });
    return { use: take, forMs: 30_000 };
  },
  'a class that Google refused': (asked) => {
    const send = async () => {
      asked();
      return { type: 'Refused', status: 403, reason: 'no' } as const;
    };
    const api = { getClass: () => ({ bytes: 0, send }) } as unknown as WalletApi;
    const { ensure } = classOnce(api, { id: 'c' } as LoyaltyClass, clock);
    return { use: () => ensure('live', justRun), forMs: 30_000 };
  },
  'signing keys of Google': (asked) => {
    const keys = rootKeys(async () => {
      asked();
      return '{"keys":[]}';
    }, clock);
    return { use: keys, forMs: MINUTE_MS };
  },
  'a provider token of APNs': (asked) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const token = providerToken(clock);
    const seen = new Set<string>();
    const use = async (): Promise<void> => {
      const made = await token({ keyId: 'k', teamIdentifier: 't', key: privateKey });
      if (!seen.has(made)) asked();
      seen.add(made);
    };
    return { use, forMs: 40 * MINUTE_MS };
  },
  'keys of senders': (asked) => {
    const readKeys = async () => {
      asked();
      return E.right(['key']);
    };
    return { use: keyring({ readKeys, clock }).isLoaded, forMs: MINUTE_MS };
  },
  'a secret': (asked) => {
    const send = async () => {
      asked();
      return { SecretString: 's' };
    };
    const secrets = managedSecrets({ client: { send } as never, prefix: 'billfold', clock });
    return { use: secrets.current('s'), forMs: MINUTE_MS };
  },
  'a secret that cannot be used': (asked) => {
    const read = async () => {
      asked();
      return E.left(['not valid yet']);
    };
    const secrets = { current: () => TE.right('s') };
    return { use: keptSecret({ secrets, onProblem: () => undefined }, 's', read), forMs: MINUTE_MS };
  },
  'a data key': (asked) => {
    const cache = keyCache(clock, { keptMs: 2 * MINUTE_MS, size: 10 });
    const use = (): void => {
      if (cache.get('k') !== undefined) return;
      asked();
      cache.set('k', new Uint8Array());
    };
    return { use, forMs: 2 * MINUTE_MS };
  },
  'the directory of members': (asked) => {
    const views = {
      scan: () => async () => {
        asked();
        return E.right({ lives: [], cursor: null });
      },
    };
    const stopping = new AbortController().signal;
    const { search } = memberDirectory({ views, clock, stopping, log: () => undefined });
    const use = async (): Promise<void> => {
      search('x');
      for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
    };
    return { use, forMs: 10 * MINUTE_MS };
  },
};

describe.each(Object.keys(kept))('%s', (name) => {
  const opened = async () => {
    let asked = 0;
    const { use, forMs } = (await kept[name]?.(() => {
      asked += 1;
    })) ?? { use: expect.unreachable, forMs: 0 };
    return { use, forMs, asked: () => asked };
  };

  test('is kept for its time', () =>
    inVirtualTime(async (time) => {
      const { use, asked, forMs } = await opened();
      await use();
      await time.pass(forMs - 1_000);
      await use();
      expect(asked()).toBe(1);
      await time.pass(1_000);
      await use();
      expect(asked()).toBe(2);
    }));

  test.each([9, -9])('and no longer by a clock that was %i days ahead when it came', (days) =>
    inVirtualTime(async (time) => {
      const { use, asked, forMs } = await opened();
      setClockAhead(days * DAY_MS);
      await use();
      setClockAhead(0);
      await time.pass(forMs);
      await use();
      expect(asked()).toBe(2);
    }),
  );
});

test('a clock that is set is noticed once, one that is slow or fast is not', () =>
  inVirtualTime(async (time) => {
    let drift = 0;
    const isSet = whetherClockIsSet(() => Date.now() + drift);
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await time.pass(60_000);
      drift += 30;
      expect(isSet()).toBeNull();
    }
    setClockAhead(DAY_MS);
    expect([isSet(), isSet()]).toEqual(['ahead', null]);
    setClockAhead(0);
    expect([isSet(), isSet()]).toEqual(['back', null]);
  }));

test('time that stood still, as for a machine that slept, is told by the clock', () => {
  let now = 0;
  const agoMs = stopwatch(() => now);
  now = DAY_MS;
  expect(agoMs()).toBeGreaterThanOrEqual(DAY_MS);
});
