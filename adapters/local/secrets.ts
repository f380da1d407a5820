import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { fileSecrets } from '../secrets/fileSecrets.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { topology } from '../topology.ts';
import { readPrivate, writePrivate } from './privateFile.ts';

/**
 * secrets.json of a data folder, only its owner may read it: what is missing of ours is made. Those of the stand-ins go before what it says, and are not
 * written: a certificate of yours stays where you put it.
 */
export const localSecrets = async (dataDir: string, standIns: Readonly<Record<string, string>>): Promise<Secrets> => {
  const path = join(dataDir, 'secrets.json');
  const kept = await readPrivate(path);
  const known = t.UnknownRecord.is(kept) ? kept : {};
  const made = MADE_ONCE.filter((name) => !(name in known)).map((name) => [
    name,
    { current: randomBytes(32).toString('base64url') },
  ]);
  if (made.length > 0) await writePrivate(path, { ...known, ...Object.fromEntries(made) });
  const yours = fileSecrets(path);
  const theirs = new Map(Object.entries(standIns));
  return {
    current: (name) => {
      const value = theirs.get(name);
      return value === undefined ? yours.current(name) : TE.right(value);
    },
    candidates: (name) => {
      const value = theirs.get(name);
      return value === undefined ? yours.candidates(name) : TE.right([value]);
    },
  };
};

/** Names that whoever has something of ours keeps: the token in each pass is made of one, so it is made once. */
const MADE_ONCE = [topology.middleware.keySecret, 'apple-token-key'];
