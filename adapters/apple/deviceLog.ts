import { createHmac, randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

const Logs = t.type({ logs: t.readonlyArray(t.string) });

export type DeviceLog = {
  readonly lines: readonly string[];
  /** Not kept. */
  readonly more: number;
};

/** What devices complain of, the only thing they ever tell: a few lines, short, without what is personal. null: it is no { "logs": [text] }. */
export const readDeviceLog = (body: unknown): DeviceLog | null => {
  const logs = Logs.decode(body);
  if (E.isLeft(logs)) return null;
  const lines = logs.right.logs.slice(0, MOST_LINES).map(impersonal);
  return { lines, more: logs.right.logs.length - lines.length };
};

const MOST_LINES = 20;
const MOST_CHARACTERS = 300;

/**
 * Words stay as they are. Whatever may name somebody becomes a short hash, so that two lines of one device, told to one process, can be seen to be so: what follows "device",
 * "serial number" or "token", whatever has a digit and is longer than a status or a time, and whatever is as long as an id.
 * Addresses of all kinds go.
 */
export const impersonal = (line: string): string =>
  beginningOf(line)
    .replace(/[^\x20-\x7e]+/g, '?')
    .replace(/\b[a-z][a-z+.-]*:\/\/\S*/gi, '<address>')
    .replace(/[^\s@]+@[^\s@]+/g, '<address>')
    .replace(
      /(\b(?:device|serial(?: number| #)?|token|ApplePass)\b[\s:=#'"(]*)([\w.~%+/=-]+)/gi,
      (all, before, name) => (PLAIN.test(name) ? all : `${before}${hashOf(name)}`),
    )
    .replace(/(?<![#\w%+/=~-])[\w%+/=~-]+/g, (word) => (isNaming(word) ? hashOf(word) : word))
    .slice(0, MOST_CHARACTERS);

/** Whole words: a half of one may not be seen to be a half of a token. */
const beginningOf = (line: string): string =>
  line.length <= MOST_LOOKED_AT ? line : line.slice(0, MOST_LOOKED_AT).replace(/\S*$/, '');
const MOST_LOOKED_AT = 4 * MOST_CHARACTERS;

/** Words that follow those in Wallet's own sentences. */
const PLAIN = /^(?:and|could|does|for|has|identifier|is|library|not|number|s|task|was|with)$/i;

const isNaming = (word: string): boolean =>
  word.length > 24 || (word.length > 4 && /\d/.test(word) && !DATE.test(word));
const DATE = /^(?:\d{4}-\d\d-\d\d|[+-]\d{4})$/;

const hashOf = (name: string): string => `#${createHmac('sha256', KEY).update(name).digest('base64url').slice(0, 6)}`;
/** Of this process, and kept nowhere: whoever has the log and a list of all members could make the hashes of anything else again. */
const KEY = randomBytes(32);
