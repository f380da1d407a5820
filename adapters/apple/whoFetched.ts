import type { Registration } from '../delivery/registrations.ts';

/**
 * The device that got a pass of that revision. The request does not say, as it shows the pass's token, which all devices share. So the rule is: of the
 * devices that were told of this revision, or a later one, and have not fetched it since, whoever was told longest ago.
 *
 * Only one that was told counts, even where there is no other, since it will fetch: somebody who just adds the pass, or who is not registered any more, must
 * not be taken for a device that nobody reached. Whoever fetches unasked is asked once more, and says that it has it.
 * null: nobody, or nobody who did not have it.
 */
export const whoFetched = (registrations: readonly Registration[], revision: number): Registration | null => {
  const told = registrations.flatMap((registration) => {
    const { listed, fetched } = registration;
    const isLacking = (fetched?.revision ?? 0) < revision;
    return isLacking && listed !== null && listed.revision >= revision ? [{ registration, at: listed.at }] : [];
  });
  return told.toSorted((a, b) => a.at - b.at)[0]?.registration ?? null;
};
