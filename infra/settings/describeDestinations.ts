import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from './problem.ts';

/** A folder that may be put into the image, and the names of the secrets that its destinations read. */
export type DescribedDestinations = { readonly folder: string; readonly secrets: readonly string[] };
export type ToldDestinations =
  | { readonly destinations: DescribedDestinations | null }
  | { readonly problems: readonly Problem[] };

/** Asks billfold itself, in a process of its own, as for the mapping: what would not start is not deployed. */
export const describeDestinations = (folder: string | null): ToldDestinations => {
  if (folder === null) return { destinations: null };
  const file = resolve(folder, 'destinations.json');
  const asked = spawnSync(process.execPath, [CLI, 'destinations', 'check', file, '--json'], { encoding: 'utf8' });
  if (asked.status !== 0)
    return refused(asked.stderr.trim() || asked.error?.message || 'billfold destinations check ended without a word');
  try {
    return checkDestinations(resolve(folder), JSON.parse(asked.stdout));
  } catch {
    return refused('billfold destinations check --json: expected JSON');
  }
};

const CLI = fileURLToPath(new URL('../../adapters/cli/billfold.js', import.meta.url));

export const checkDestinations = (folder: string, told: unknown): ToldDestinations => {
  const secrets = typeof told === 'object' && told !== null && 'secrets' in told ? told.secrets : null;
  if (!Array.isArray(secrets) || !secrets.every(isSecretName))
    return refused('billfold destinations check --json: expected { secrets: names of letters, digits and hyphens }');
  return { destinations: { folder, secrets: [...new Set(secrets)].sort() } };
};

const isSecretName = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name);

const refused = (what: string): ToldDestinations => ({ problems: [{ where: 'destinations', what }] });
