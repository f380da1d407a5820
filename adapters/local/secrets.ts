import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as t from 'io-ts';
import { topology } from '../topology.ts';
import { readPrivate, writePrivate } from './privateFile.ts';

/** Names that whoever has something of ours keeps: the token in each pass is made of one, so it is made once. */
const MADE_ONCE = [topology.middleware.keySecret, 'apple-token-key'];

/** secrets.json of a data folder, only its owner may read it: what is missing of ours is made, `fresh` values take the place of what was there. Its path. */
export const localSecrets = async (dataDir: string, fresh: Readonly<Record<string, string>>): Promise<string> => {
  const path = join(dataDir, 'secrets.json');
  const kept = await readPrivate(path);
  const known = t.UnknownRecord.is(kept) ? kept : {};
  const made = MADE_ONCE.filter((name) => !(name in known)).map((name) => [
    name,
    randomBytes(32).toString('base64url'),
  ]);
  const added = [...made, ...Object.entries(fresh)].map(([name, current]) => [name, { current }]);
  if (added.length > 0) await writePrivate(path, { ...known, ...Object.fromEntries(added) });
  return path;
};
