import * as t from 'io-ts';

/**
 * Stored format, version with care: these shapes are inside every stored event.
 * Dates are YYYY-MM-DD, decimals canonical text, null is "empty or never said". An optional part is absent where the mapping asks for none.
 */
const text = t.union([t.string, t.null]);
const MinorUnits = t.union([t.number, t.string]);

/** t.strict with parts that may be absent. */
const facts = <Required extends t.Props, Optional extends t.Props>(
  name: string,
  required: Required,
  optional: Optional,
) => t.exact(t.intersection([t.type(required), t.partial(optional)]), name);

/** Attributes that the mapping adds, by its own names. */
const Custom = t.readonly(t.record(t.string, text), 'Custom');
/** onPass: names of the custom attributes, personal ones too, that the pass shows. */
const custom = { custom: Custom, onPass: t.readonlyArray(t.string) };
/** Of records that belong to a member: what is personal among their custom attributes. */
const ownedCustom = { ...custom, personal: facts('OwnedPersonalFacts', {}, { custom: Custom }) };

export const Standing = t.keyof({ provisional: null, active: null, withdrawn: null });
export type Standing = t.TypeOf<typeof Standing>;

/** Sealed under the member's key wherever it is stored. */
export const PersonalFacts = facts(
  'PersonalFacts',
  { firstName: text, lastName: text, email: text },
  { custom: Custom },
);
export type PersonalFacts = t.TypeOf<typeof PersonalFacts>;

/** What an event may seal: of a member, or of a record that belongs to one. */
export const SealedFacts = t.union([PersonalFacts, ownedCustom.personal]);
export type SealedFacts = t.TypeOf<typeof SealedFacts>;

export const MemberFacts = facts(
  'MemberFacts',
  { standing: Standing, number: text, memberSince: text, mergedInto: text, personal: PersonalFacts },
  {
    ...custom,
    /** The source decides tiers, so none is computed from spend. */
    tierFrom: t.literal('records'),
  },
);
export type MemberFacts = t.TypeOf<typeof MemberFacts>;

/** What a purchase contributes to spend: signed, negative for a reduction. */
export const Contribution = t.strict(
  { boughtOn: t.string, currency: t.string, minorUnits: MinorUnits, isReduction: t.boolean },
  'Contribution',
);
export type Contribution = t.TypeOf<typeof Contribution>;

export const PurchaseFacts = facts(
  'PurchaseFacts',
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
  ownedCustom,
);
export type PurchaseFacts = t.TypeOf<typeof PurchaseFacts>;

const GrantState = t.keyof({ available: null, redeemed: null, other: null });

export const GrantFacts = facts(
  'GrantFacts',
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
  ownedCustom,
);
export type GrantFacts = t.TypeOf<typeof GrantFacts>;

const definition = { title: text, terms: text, startsOn: text, endsOn: text, isActive: t.boolean };
export const DefinitionFacts = facts('DefinitionFacts', definition, custom);
export type DefinitionFacts = t.TypeOf<typeof DefinitionFacts>;
/** A definition as the catalog keeps it. */
export const Definition = facts('Definition', { ...definition, exists: t.boolean }, custom);
export type Definition = t.TypeOf<typeof Definition>;

/** Which tier the source put a member in: the id of a tier's record. */
export const MemberTierFacts = facts('MemberTierFacts', { tier: text, startsOn: text, endsOn: text }, ownedCustom);
export type MemberTierFacts = t.TypeOf<typeof MemberTierFacts>;

const tier = { name: text, rank: text };
export const TierFacts = facts('TierFacts', tier, custom);
export type TierFacts = t.TypeOf<typeof TierFacts>;
/** A tier as the catalog keeps it. */
export const TierDefinition = facts('TierDefinition', { ...tier, exists: t.boolean }, custom);
export type TierDefinition = t.TypeOf<typeof TierDefinition>;

/** A member's points of one kind, as the source last said: an exact decimal. */
export const PointsFacts = facts('PointsFacts', { name: text, balance: text }, ownedCustom);
export type PointsFacts = t.TypeOf<typeof PointsFacts>;

/** What is left of sealed facts when their key has been destroyed. */
export const forgottenFacts = (partOf: object): SealedFacts => ('standing' in partOf ? forgottenPersonalFacts : {});
export const forgottenPersonalFacts: PersonalFacts = { firstName: null, lastName: null, email: null };
