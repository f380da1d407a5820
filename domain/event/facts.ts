import * as t from 'io-ts';

/**
 * Stored format, version with care: these shapes are inside every stored event.
 * Dates are YYYY-MM-DD, decimals canonical text, null is "empty or never said".
 */
const text = t.union([t.string, t.null]);
const MinorUnits = t.union([t.number, t.string]);

export const Standing = t.keyof({ provisional: null, active: null, withdrawn: null });
export type Standing = t.TypeOf<typeof Standing>;

/** Sealed under the member's key wherever it is stored. */
export const PersonalFacts = t.strict({ firstName: text, lastName: text, email: text }, 'PersonalFacts');
export type PersonalFacts = t.TypeOf<typeof PersonalFacts>;

/** What is left of personal facts when their key has been destroyed. */
export const forgottenPersonalFacts: PersonalFacts = { firstName: null, lastName: null, email: null };

export const MemberFacts = t.strict(
  { standing: Standing, number: text, memberSince: text, mergedInto: text, personal: PersonalFacts },
  'MemberFacts',
);
export type MemberFacts = t.TypeOf<typeof MemberFacts>;

/** What a purchase contributes to spend: signed, negative for a reduction. */
export const Contribution = t.strict(
  { boughtOn: t.string, currency: t.string, minorUnits: MinorUnits, isReduction: t.boolean },
  'Contribution',
);
export type Contribution = t.TypeOf<typeof Contribution>;

export const PurchaseFacts = t.strict(
  {
    number: text,
    boughtOn: text,
    status: text,
    amount: text,
    currency: text,
    isReduction: t.boolean,
    originalPurchase: text,
    /** null: does not count (status, missing or unsound amount or date). */
    counts: t.union([Contribution, t.null]),
  },
  'PurchaseFacts',
);
export type PurchaseFacts = t.TypeOf<typeof PurchaseFacts>;

const GrantState = t.keyof({ available: null, redeemed: null, other: null });

export const GrantFacts = t.strict(
  {
    definition: text,
    title: text,
    status: text,
    /** The status as the mapping judges it. */
    state: GrantState,
    validFrom: text,
    validTo: text,
    redeemedOn: text,
    value: t.union([t.strict({ minorUnits: MinorUnits, currency: t.string }), t.null]),
  },
  'GrantFacts',
);
export type GrantFacts = t.TypeOf<typeof GrantFacts>;

export const DefinitionFacts = t.strict(
  { title: text, terms: text, startsOn: text, endsOn: text, isActive: t.boolean },
  'DefinitionFacts',
);
export type DefinitionFacts = t.TypeOf<typeof DefinitionFacts>;
