import * as t from 'io-ts';
import { orNull } from './common.ts';

/** A member in a list. provisional: known and without a pass yet, so that all but its id is null. */
export const ListedMember = t.strict(
  {
    memberId: t.string,
    memberNumber: orNull(t.string),
    name: orNull(t.string),
    status: t.keyof({ active: null, withdrawn: null, provisional: null }),
    tier: orNull(t.string),
    /** Towards the next tier, 0 to 1; 1: there is none. */
    progress: orNull(t.number),
    qualifyingSpend: orNull(t.strict({ amount: t.string, currency: t.string })),
    revision: t.number,
    /** When the pass was last evaluated, as far as the list knows. */
    updatedAt: t.string,
  },
  'ListedMember',
);
export type ListedMember = t.TypeOf<typeof ListedMember>;

/**
 * Members by name, then number. total: of all that match. next: the offset of the page that follows. known: how many members have been read;
 * complete: that is all of them.
 */
export const MemberList = t.strict(
  {
    items: t.readonlyArray(ListedMember),
    total: t.number,
    next: orNull(t.number),
    known: t.number,
    complete: t.boolean,
    /** Of how many members the store holds something that cannot be read: they are missing here. */
    unreadable: t.number,
  },
  'MemberList',
);
export type MemberList = t.TypeOf<typeof MemberList>;
