import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Access } from '../http/access.ts';
import { tokenOf } from '../http/token.ts';
import { addressToOpen, isLoopback } from './hosts.ts';
import { readPrivate, writePrivate } from './privateFile.ts';

export type LocalAccessDeps = {
  readonly dataDir: string;
  /** Where it listens, and what else it is called. */
  readonly host: string;
  readonly names: readonly string[];
  readonly port: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type LocalAccess = {
  readonly access: Access;
  /** Where it is reached: http://… */
  readonly url: string;
  /** made: here, and kept in `file`. null: none is asked for. */
  readonly token:
    | { readonly type: 'given' }
    | { readonly type: 'made'; readonly value: string; readonly file: string }
    | null;
};

/**
 * Who is let in: whoever is on this machine, as long as nobody else can reach it and BILLFOLD_TOKEN is not set; else whoever shows a token, the one in
 * BILLFOLD_TOKEN, or one that is made once. Left: why BILLFOLD_TOKEN or access.json cannot be used.
 */
export const localAccess = async (deps: LocalAccessDeps): Promise<E.Either<string, LocalAccess>> => {
  const { dataDir, host, port, environment } = deps;
  const given = environment.BILLFOLD_TOKEN;
  const isReachable = !isLoopback(host);
  const names = [host, ...(isReachable ? namesOfThisMachine() : []), ...deps.names].map((name) => name.toLowerCase());
  const url = `http://${addressToOpen(host)}:${port}`;
  if (given === undefined && !isReachable) return E.right({ access: { names, token: null }, url, token: null });
  if (given !== undefined && !TOKEN.test(given))
    return E.left(
      'BILLFOLD_TOKEN: expected 16 to 512 letters, digits and signs of ASCII without blanks, such as `openssl rand -base64 32` prints.',
    );
  const file = join(dataDir, 'access.json');
  const kept = await keptIn(file);
  if (E.isLeft(kept)) return kept;
  const value = given ?? kept.right.token;
  return E.right({
    access: { names, token: tokenOf(value, kept.right.cookieKey) },
    url,
    token: given === undefined ? { type: 'made', value, file } : { type: 'given' },
  });
};

/** As headers carry it. Shorter ones could be guessed. */
const TOKEN = /^[\x21-\x7e]{16,512}$/;

const Kept = t.type({ token: t.string, cookieKey: t.string });
type Kept = t.TypeOf<typeof Kept>;

/** Made once: whoever has the address, or the cookie, keeps it across restarts. Without the file both are made anew. */
const keptIn = async (file: string): Promise<E.Either<string, Kept>> => {
  const found = await readPrivate(file).catch(() => undefined);
  if (found === null) {
    const made = { token: random(), cookieKey: random() };
    await writePrivate(file, made);
    return E.right(made);
  }
  const isKept = Kept.is(found) && TOKEN.test(found.token) && TOKEN.test(found.cookieKey);
  return isKept
    ? E.right(found)
    : E.left(
        `${file}: expected { "token": "…", "cookieKey": "…" } as JSON, 16 characters at least. Without it both are made.`,
      );
};

const random = (): string => randomBytes(32).toString('base64url');

/** .local: what it is called by multicast DNS (RFC 6762). */
const namesOfThisMachine = (): readonly string[] => [hostname(), `${hostname()}.local`];
