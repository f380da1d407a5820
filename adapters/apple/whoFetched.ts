import type { Registration } from '../delivery/registrations.ts';

/**
 * The device that asked for a pass of that revision: the request does not say, as it shows the pass's token, which all devices share.
 *
 *   1. The pass is on one device: that one.
 *   2. On several: of those that were told of this revision, or a later one, and have not fetched it since, whoever was told longest ago.
 *   3. Otherwise nobody: a device that asks unasked is not known until it asks for the list.
 *
 * Wrong by at most a name: as many fetches are counted as there were, and a device that is taken for another is pushed once more.
 * null: nobody, or nobody who did not have it.
 */
export const whoFetched = (registrations: readonly Registration[], revision: number): Registration | null => {
  const lacking = registrations.filter(({ fetched }) => (fetched?.revision ?? 0) < revision);
  if (registrations.length === 1) return lacking[0] ?? null;
  const told = lacking.flatMap((registration) => {
    const { listed } = registration;
    return listed !== null && listed.revision >= revision ? [{ registration, at: listed.at }] : [];
  });
  return told.toSorted((a, b) => a.at - b.at)[0]?.registration ?? null;
};
