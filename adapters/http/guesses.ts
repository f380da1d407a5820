import { isIPv4 } from 'node:net';
import type { Clock } from '#domain/index.ts';
import { boundedRate } from './boundedRate.ts';

export type Guesses = {
  /** Whole seconds before anything that this address shows is looked at, right or wrong; null: it is looked at now. */
  readonly mustWaitS: (address: string) => number | null;
  readonly wrong: (address: string) => void;
};

/**
 * Wrong tokens of an address: ten at once, then twelve a minute, some six million a year, where the shortest token that is taken has sixteen characters. Who has a
 * cookie is not asked to wait: cookies cannot be guessed, so a stranger behind the same address, such as a proxy's, shuts no browser out.
 */
export const guesses = (clock: Clock): Guesses => {
  const rate = boundedRate({ perSecond: 0.2, burst: 10 }, MOST_ADDRESSES, clock);
  return {
    mustWaitS: (address) => rate(networkOf(address), 0),
    wrong: (address) => void rate(networkOf(address), 1),
  };
};

const MOST_ADDRESSES = 10_000;

/** Of IPv6 the first half: the other half anybody may choose who has it (RFC 4291, 2.5.1). */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return mapped;
  const [front = '', back] = address.toLowerCase().split('::');
  const before = front === '' ? [] : front.split(':');
  const after = back === undefined || back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...(back === undefined ? [] : zeros), ...after].slice(0, 4).join(':');
};
