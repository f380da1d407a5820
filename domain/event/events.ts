import * as t from 'io-ts';
import {
  DefinitionFacts,
  GrantFacts,
  MemberFacts,
  MemberTierFacts,
  PointsFacts,
  PurchaseFacts,
  TierFacts,
} from './facts.ts';

/**
 * Stored format, version with care: an event type is never edited, only retired and upcast.
 * Business facts in the past tense. `previous` and `current` let a projection correct itself without looking anything up.
 */
const event = <Type extends string, Props extends t.Props>(type: Type, props: Props) =>
  t.strict({ type: t.literal(type), ...props }, type);

const memberChange = { previous: MemberFacts, current: MemberFacts };
const purchase = { purchaseId: t.string };
const grant = { grantId: t.string };
const definition = { definitionId: t.string };
/** recordId: of the record that says so; a member may have several. */
const memberTier = { recordId: t.string };
const points = { recordId: t.string };
const tier = { tierId: t.string };

const memberEvents = {
  /** The member became active for the first time: a pass can be issued. */
  MemberEnrolled: event('MemberEnrolled', { current: MemberFacts }),
  /** Something about the member changed, its standing neither to active nor to withdrawn. */
  MemberDetailsChanged: event('MemberDetailsChanged', memberChange),
  /** The member's number was taken away, or its record deleted: the pass is void. */
  MemberWithdrawn: event('MemberWithdrawn', { current: MemberFacts }),
  /** A withdrawn member came back. */
  MemberReinstated: event('MemberReinstated', { current: MemberFacts }),
  /**
   * The member asked to be forgotten: the key of all personal facts is destroyed, the pass is over for good. Nothing else of the member's own record is
   * told after it. A projection lets go of what it keeps of personal facts (a law); purchases and grants go on, without them.
   */
  MemberForgotten: event('MemberForgotten', {}),
  /** A purchase was first known to be this member's, or came back after it was voided. */
  PurchaseRecorded: event('PurchaseRecorded', { ...purchase, current: PurchaseFacts }),
  PurchaseCorrected: event('PurchaseCorrected', { ...purchase, previous: PurchaseFacts, current: PurchaseFacts }),
  /** The purchase's record was deleted. */
  PurchaseVoided: event('PurchaseVoided', { ...purchase, previous: PurchaseFacts }),
  /** The purchase became another member's, or nobody's; the new owner's stream has PurchaseMovedIn. */
  PurchaseMovedOut: event('PurchaseMovedOut', { ...purchase, previous: PurchaseFacts }),
  PurchaseMovedIn: event('PurchaseMovedIn', { ...purchase, current: PurchaseFacts }),
  PromotionGranted: event('PromotionGranted', { ...grant, current: GrantFacts }),
  PromotionRevised: event('PromotionRevised', { ...grant, previous: GrantFacts, current: GrantFacts }),
  PromotionRedeemed: event('PromotionRedeemed', { ...grant, previous: GrantFacts, current: GrantFacts }),
  /** The grant's record was deleted. */
  PromotionRevoked: event('PromotionRevoked', { ...grant, previous: GrantFacts }),
  PromotionMovedOut: event('PromotionMovedOut', { ...grant, previous: GrantFacts }),
  PromotionMovedIn: event('PromotionMovedIn', { ...grant, current: GrantFacts }),
  /** The source put the member in a tier, or the record that says so became this member's. */
  MemberTierSet: event('MemberTierSet', { ...memberTier, current: MemberTierFacts }),
  MemberTierChanged: event('MemberTierChanged', {
    ...memberTier,
    previous: MemberTierFacts,
    current: MemberTierFacts,
  }),
  /** The record that said so was deleted, or became another member's. */
  MemberTierEnded: event('MemberTierEnded', { ...memberTier, previous: MemberTierFacts }),
  PointsOpened: event('PointsOpened', { ...points, current: PointsFacts }),
  PointsBalanceChanged: event('PointsBalanceChanged', { ...points, previous: PointsFacts, current: PointsFacts }),
  PointsClosed: event('PointsClosed', { ...points, previous: PointsFacts }),
};

const definitionEvents = {
  PromotionDefined: event('PromotionDefined', { ...definition, current: DefinitionFacts }),
  PromotionRedefined: event('PromotionRedefined', {
    ...definition,
    previous: DefinitionFacts,
    current: DefinitionFacts,
  }),
  PromotionRetired: event('PromotionRetired', { ...definition, previous: DefinitionFacts }),
  TierDefined: event('TierDefined', { ...tier, current: TierFacts }),
  TierRedefined: event('TierRedefined', { ...tier, previous: TierFacts, current: TierFacts }),
  TierRetired: event('TierRetired', { ...tier, previous: TierFacts }),
};

type EventOf<Codecs extends Record<string, t.Any>> = { [Type in keyof Codecs]: t.TypeOf<Codecs[Type]> }[keyof Codecs];

export type MemberEvent = EventOf<typeof memberEvents>;
export type DefinitionEvent = EventOf<typeof definitionEvents>;
export type DomainEvent = MemberEvent | DefinitionEvent;

/** A fact and the identity of its type's codec, by name. */
export const eventCodecs = { ...memberEvents, ...definitionEvents };
export type EventType = keyof typeof eventCodecs;

export const isMemberEvent = (candidate: DomainEvent): candidate is MemberEvent => candidate.type in memberEvents;
