import { isIP } from 'node:net';

/**
 * Whether a Host header means this service: an address, localhost, or one of `names`. Any other name may belong to a stranger who lets it point here, so that a
 * page of his counts as ours in the browser that holds it (DNS rebinding). An address cannot be made to point elsewhere.
 */
export const isOwnHost = (host: string | undefined, names: readonly string[]): boolean => {
  const name = nameIn(host);
  if (name === null) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || names.includes(name);
};

/** In small letters, without port, brackets and the dot of the root; null: no host. */
export const nameIn = (host: string | undefined): string | null => {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+?)\.?)(?::\d{1,5})?$/i.exec(host ?? '');
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null;
};
