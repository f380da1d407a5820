import type { KeyObject } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Clock, EpochMs } from '#domain/index.ts';
import { stopwatch } from '../clocks.ts';
import { parsedJson } from '../parsedJson.ts';
import { isAfter, PROTOCOL, publicKeyOf } from './signedMessage.ts';

/** The JSON text that Google publishes its keys as; fails by throwing. */
export type FetchKeys = () => Promise<string>;

/** isFresh: asks again although keys are known, as one may be new; no more than once a minute. null: none are known, and none can be had. */
export type RootKeys = (isFresh?: boolean) => Promise<readonly KeyObject[] | null>;

/**
 * Google's signing keys, in memory: asked for once an hour, by one at a time. Where they cannot be had, those known go on until they expire.
 */
export const rootKeys = (fetchKeys: FetchKeys, clock: Clock): RootKeys => {
  let known: readonly Key[] = [];
  let askedAgoMs = (): number => Number.POSITIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const ask = async (): Promise<void> => {
    askedAgoMs = stopwatch(clock);
    try {
      const keys = keysIn(await fetchKeys());
      if (keys.length > 0) known = keys;
    } catch {
      // Those known still count.
    }
  };

  return async (isFresh = false) => {
    if (askedAgoMs() >= (isFresh || known.length === 0 ? AGAIN_MS : FRESH_MS))
      asking ??= ask().finally(() => {
        asking = null;
      });
    await asking;
    const now = clock();
    const valid = known.filter(({ until }) => until > now).map(({ key }) => key);
    return valid.length === 0 ? null : valid;
  };
};

type Key = { readonly key: KeyObject; readonly until: EpochMs };

const FRESH_MS = 3_600_000;
const AGAIN_MS = 60_000;

const Keys = t.type({
  keys: t.array(
    t.intersection([t.type({ keyValue: t.string, protocolVersion: t.string }), t.partial({ keyExpiration: t.string })]),
  ),
});

/** Those of our protocol that say when they expire, as all but the oldest protocol's have to. */
const keysIn = (text: string): readonly Key[] => {
  const keys = Keys.decode(parsedJson(text));
  if (E.isLeft(keys)) return [];
  return keys.right.keys.flatMap(({ keyValue, protocolVersion, keyExpiration = '' }) => {
    const key = protocolVersion === PROTOCOL && isAfter(keyExpiration, 0) ? publicKeyOf(keyValue) : null;
    return key === null ? [] : [{ key, until: Number(keyExpiration) }];
  });
};
