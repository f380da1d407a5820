import { type Feeds, usualFeeds } from './feeds.ts';
import { field, type Mapping, onPass, personal, rowsOnly } from './mapping.ts';

/** Read by the clock alone. */
const rowsAlone: Feeds = { ...usualFeeds, events: false };

/**
 * Salesforce Loyalty Management as a preset (standard objects, Loyalty Management Developer Guide).
 *
 * Tiers and points are Salesforce's: the pass shows the tier of the member's LoyaltyMemberTier and the balance of each
 * LoyaltyMemberCurrency. The way to the next tier is not shown: it is counted in qualifying points, whose currency an org chooses.
 * Status values are an org's own; where they differ from these, a mapping file says so. A member's name is on Contact or Account:
 * add formula fields to LoyaltyProgramMember and map them as firstName and lastName, with isInChangeEvents: false.
 */
export const loyaltyManagement: Mapping = {
  programme: { currency: 'EUR', timeZone: 'UTC', extractionMarginMs: 5_000 },
  flows: {},
  // Salesforce tells of five objects as they change without an add-on (Change Data Capture guide, "Allocations"): those that a member waits for. Definitions change
  // seldom, and of VoucherDefinition it tells nobody (Loyalty Management Developer Guide: no VoucherDefinitionChangeEvent, read November 2026); a journal entry moves a
  // balance, which is told.
  feeds: {
    TransactionJournal: rowsAlone,
    LoyaltyTier: rowsAlone,
    VoucherDefinition: rowsAlone,
    Promotion: rowsAlone,
  },
  objects: {
    LoyaltyProgramMember: {
      role: 'member',
      fields: {
        number: field('MembershipNumber', 'text'),
        memberSince: field('EnrollmentDate', 'date'),
      },
      custom: {
        contact: field('ContactId', 'reference'),
        account: field('AccountId', 'reference'),
        memberStatus: field('MemberStatus', 'choice'),
        memberType: field('MemberType', 'choice'),
      },
    },
    LoyaltyMemberTier: {
      role: 'memberTier',
      owner: 'LoyaltyMemberId',
      fields: {
        tier: field('LoyaltyTierId', 'reference'),
        startsOn: field('EffectiveDate', 'date'),
        endsOn: field('TierExpirationDate', 'date'),
      },
    },
    LoyaltyTier: {
      role: 'tier',
      fields: { name: field('Name', 'text'), rank: field('MinimumEligibleBalance', 'decimal') },
    },
    LoyaltyMemberCurrency: {
      role: 'points',
      owner: 'LoyaltyMemberId',
      fields: { name: field('Name', 'text'), balance: field('PointsBalance', 'decimal') },
    },
    TransactionJournal: {
      role: 'purchase',
      owner: 'MemberId',
      countedStatuses: ['Processed'],
      fields: {
        number: field('ExternalTransactionNumber', 'text'),
        boughtOn: field('ActivityDate', 'instant'),
        status: field('Status', 'choice'),
        amount: field('TransactionAmount', 'decimal'),
        currency: field('CurrencyIsoCode', 'choice'),
      },
      custom: { journalType: field('JournalTypeId', 'reference') },
    },
    Voucher: {
      role: 'grant',
      owner: 'LoyaltyProgramMemberId',
      availableStatuses: ['Issued'],
      redeemedStatuses: ['Redeemed'],
      fields: {
        definition: field('VoucherDefinitionId', 'reference'),
        status: field('Status', 'choice'),
        validFrom: field('EffectiveDate', 'date'),
        validTo: field('ExpirationDate', 'date'),
        redeemedOn: field('UseDate', 'date'),
        value: field('FaceValue', 'decimal'),
        currency: field('CurrencyIsoCode', 'choice'),
      },
      // Whoever knows the code can use the voucher.
      custom: { code: onPass(personal(field('VoucherCode', 'text'))) },
    },
    // Only its name: one that issues no more vouchers does not void those that were issued.
    VoucherDefinition: { role: 'definition', fields: { title: field('Name', 'text') } },
    Promotion: {
      role: 'definition',
      fields: {
        title: field('Name', 'text'),
        terms: rowsOnly(field('TermsAndConditions', 'text')),
        startsOn: field('StartDate', 'date'),
        endsOn: field('EndDate', 'date'),
        isActive: field('IsActive', 'flag'),
      },
    },
    LoyaltyProgramMbrPromotion: {
      role: 'grant',
      owner: 'LoyaltyProgramMemberId',
      availableStatuses: ['true'],
      redeemedStatuses: [],
      fields: {
        definition: field('PromotionId', 'reference'),
        status: field('IsEnrollmentActive', 'flag'),
      },
      custom: {
        completed: onPass(field('CumulativeUsageCompleted', 'decimal')),
        target: onPass(field('CumulativeUsageTarget', 'decimal')),
      },
    },
  },
};
