import type { FieldKind } from './fieldValue.ts';

/**
 * What an object can mean to the loyalty programme, and what each meaning knows of a record: attribute (our word) → the kinds it
 * may be read as, the usual one first. Several objects may have the same role.
 *   isOwned      its records belong to a member, whom the field `owner` names
 *   statusLists  lists of statuses (the source's words) that are required where `status` is mapped
 */
const ANY = ['text', 'choice', 'decimal', 'date', 'instant', 'flag', 'reference'] as const;
const CHOICE = ['choice', 'text', 'decimal', 'date', 'instant', 'flag', 'reference'] as const;
const DAY = ['date', 'instant'] as const;
const NUMBER = ['decimal'] as const;
const FLAG = ['flag'] as const;
const REFERENCE = ['reference', 'text'] as const;

export const roles = {
  /** Who holds a pass. A member without a number gets none. */
  member: {
    isOwned: false,
    statusLists: [],
    required: { number: ANY },
    optional: { firstName: ANY, lastName: ANY, email: ANY, memberSince: DAY, mergedInto: REFERENCE },
  },
  /** What counts towards spend; without `status` every one does. */
  purchase: {
    isOwned: true,
    statusLists: ['countedStatuses'],
    required: { boughtOn: DAY, amount: NUMBER },
    optional: { number: ANY, status: CHOICE, currency: CHOICE, isReduction: FLAG, originalPurchase: REFERENCE },
  },
  /** What a member may use: a voucher, a promotion joined; without `status` every one is available. */
  grant: {
    isOwned: true,
    statusLists: ['availableStatuses', 'redeemedStatuses'],
    required: {},
    optional: {
      ...{ definition: REFERENCE, title: ANY, status: CHOICE, validFrom: DAY, validTo: DAY, redeemedOn: DAY },
      ...{ value: NUMBER, currency: CHOICE },
    },
  },
  /** What is the same for all who are granted it. */
  definition: {
    isOwned: false,
    statusLists: [],
    required: {},
    optional: { title: ANY, terms: ANY, startsOn: DAY, endsOn: DAY, isActive: FLAG },
  },
  /** Which tier a member is in, where the source decides that. It replaces the tier computed from spend. */
  memberTier: {
    isOwned: true,
    statusLists: [],
    required: { tier: REFERENCE },
    optional: { startsOn: DAY, endsOn: DAY },
  },
  /** A tier's name; of several tiers of a member the one with the highest rank shows. */
  tier: { isOwned: false, statusLists: [], required: { name: ANY }, optional: { rank: NUMBER } },
  /** A member's points of one kind. */
  points: { isOwned: true, statusLists: [], required: { balance: NUMBER }, optional: { name: ANY } },
} as const satisfies Readonly<Record<string, RoleShape>>;

export type RoleShape = {
  readonly isOwned: boolean;
  readonly statusLists: readonly string[];
  readonly required: Readonly<Record<string, readonly FieldKind[]>>;
  readonly optional: Readonly<Record<string, readonly FieldKind[]>>;
};

export type Role = keyof typeof roles;
export type RequiredAttribute<R extends Role> = keyof (typeof roles)[R]['required'] & string;
export type OptionalAttribute<R extends Role> = keyof (typeof roles)[R]['optional'] & string;
/** Roles whose custom attributes can be shown on the pass. */
export const rolesOnPass: readonly Role[] = ['member', 'grant', 'definition'];
/** Attributes that events seal; of all others only custom ones can be personal. */
export const sealedAttributes: readonly string[] = ['firstName', 'lastName', 'email'];
