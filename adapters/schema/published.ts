import type * as t from 'io-ts';
import { type AnnouncedType, announcedCodecs, WalletEvent } from '#domain/index.ts';

/** A type of event that consumers can subscribe to. codec: of its `detail`. */
export type Published = {
  readonly bus: PublishedBus;
  readonly source: `billfold.${PublishedBus}`;
  readonly detailType: string;
  readonly description: string;
  readonly codec: t.Any;
};
export type PublishedBus = 'domain' | 'wallet';

/** Everything that billfold says to the world, of which schemas, documents and the consumer kit are made. */
export const published = (): readonly Published[] => [
  ...Object.entries(walletDescriptions).map(([detailType, description]): Published => {
    const codec = WalletEvent.type.props.detail;
    return { bus: 'wallet', source: 'billfold.wallet', detailType, description, codec };
  }),
  ...Object.entries(domainDescriptions).map(([detailType, description]): Published => {
    const codec = announcedCodecs[detailType as AnnouncedType];
    return { bus: 'domain', source: 'billfold.domain', detailType, description, codec };
  }),
];

export const busDescriptions: Readonly<Record<PublishedBus, string>> = {
  wallet:
    'What the holders of passes see. At least once and in no order: each event carries the whole pass and a revision; drop what is not above the last revision seen of the member.',
  domain:
    'What happened, as business facts, without personal data. At least once and in no order: drop an eventId that was seen before. A full load is one MemberBaselined for each commit.',
};

const walletDescriptions: Readonly<Record<WalletEvent['type'], string>> = {
  WalletPassIssued: 'The member can have a pass: the first event of every pass.',
  WalletPassUpdated: 'The holder would see a difference; `changed` lists the paths that differ.',
  WalletPassWithdrawn:
    'The pass is void. Should the member come back, a WalletPassUpdated with "status" says so; with `pass.forgotten` nothing ever follows, and older passes of the member are to be erased.',
};

const domainDescriptions: Readonly<Record<AnnouncedType, string>> = {
  MemberEnrolled: 'The member became active for the first time: a pass can be issued.',
  MemberDetailsChanged: 'Something about the member changed, its standing neither to active nor to withdrawn.',
  MemberWithdrawn: "The member's number was taken away, or its record deleted: the pass is void.",
  MemberReinstated: 'A withdrawn member came back.',
  MemberForgotten:
    'The member asked to be forgotten: personal data is unreadable from here on, and whoever keeps any of it is to erase it.',
  MemberBaselined: 'A full load brought events of this member: how many of which types, up to which version.',
  PurchaseRecorded: "A purchase was first known to be this member's, or came back after it was voided.",
  PurchaseCorrected: 'Something about a purchase changed.',
  PurchaseVoided: "The purchase's record was deleted.",
  PurchaseMovedOut: "The purchase became another member's, or nobody's.",
  PurchaseMovedIn: "The purchase was another member's before.",
  PromotionGranted: 'The member was given a promotion.',
  PromotionRevised: 'Something about a granted promotion changed.',
  PromotionRedeemed: 'The member redeemed a promotion.',
  PromotionRevoked: "The grant's record was deleted.",
  PromotionMovedOut: "The grant became another member's, or nobody's.",
  PromotionMovedIn: "The grant was another member's before.",
  MemberTierSet: 'The source put the member in a tier.',
  MemberTierChanged: "What the source says of the member's tier changed.",
  MemberTierEnded: 'The record that put the member in a tier is gone.',
  PointsOpened: 'The member has points of a kind for the first time.',
  PointsBalanceChanged: 'A balance of points changed.',
  PointsClosed: 'The record of a balance of points is gone.',
  PromotionDefined: 'A promotion that members can be granted is known.',
  PromotionRedefined: "A promotion's definition changed.",
  PromotionRetired: "A promotion's definition was deleted.",
  TierDefined: 'A tier that members can be in is known.',
  TierRedefined: "A tier's definition changed.",
  TierRetired: "A tier's definition was deleted.",
};
