import { createHash } from 'node:crypto';
import { PASSES_OF_DEVICE } from '../delivery/registrations.ts';

/** A pass as it is now. */
export type Current = { readonly memberId: string; readonly revision: number };

/**
 * What a device was told, in the words that Apple's list endpoint lets it carry for us ("lastUpdated", echoed as "passesUpdatedSince"): of each of its passes
 * a short hash of the serial number, and the revision. Nothing in it is a time or a counter that passes share, so no update hides behind another one.
 * At most 1,001 characters, all of which an address may hold as they are.
 */
export const updateTag = (passes: readonly Current[]): string => {
  const revisions = new Map<string, number>();
  for (const { memberId, revision } of passes) {
    const name = nameOf(memberId);
    // Where two passes have one name, the one that moves is listed beside the one that does not, rather than neither.
    revisions.set(name, Math.min(revision, revisions.get(name) ?? revision));
  }
  return [VERSION, ...[...revisions].map(([name, revision]) => `${name}${revision.toString(36)}`)].join('.');
};

/** Those that are newer than the tag says, and those it says nothing of. A tag that cannot be read counts as none. */
export const updatedSince = <Pass extends Current>(tag: unknown, passes: readonly Pass[]): readonly Pass[] => {
  const told = readTag(tag);
  return passes.filter(({ memberId, revision }) => revision > (told.get(nameOf(memberId)) ?? -1));
};

const readTag = (tag: unknown): ReadonlyMap<string, number> => {
  if (typeof tag !== 'string' || tag.length > MAX_LENGTH || !TAG.test(tag)) return new Map();
  const entries = tag
    .split('.')
    .slice(1)
    .map((entry) => [entry.slice(0, NAME_LENGTH), Number.parseInt(entry.slice(NAME_LENGTH), 36)] as const);
  return entries.every(([, revision]) => Number.isSafeInteger(revision)) ? new Map(entries) : new Map();
};

const VERSION = '1';
/** 48 bits, of at most PASSES_OF_DEVICE. */
const NAME_LENGTH = 8;
/** A safe integer in base 36. */
const REVISION_LENGTH = 11;
const TAG = new RegExp(`^${VERSION}(?:\\.[\\w-]{${NAME_LENGTH}}[\\da-z]{1,${REVISION_LENGTH}})*$`);
const MAX_LENGTH = VERSION.length + PASSES_OF_DEVICE * (1 + NAME_LENGTH + REVISION_LENGTH);

const nameOf = (memberId: string): string =>
  createHash('sha256').update(memberId).digest('base64url').slice(0, NAME_LENGTH);
