import { field, type Mapping, personal, rowsOnly } from './mapping.ts';

/** The default preset: contacts are members, orders purchases, vouchers grants of promotions. */
export const retail: Mapping = {
  programme: { currency: 'EUR', timeZone: 'UTC', extractionMarginMs: 5_000 },
  flows: {},
  objects: {
    Contact: {
      role: 'member',
      fields: {
        number: field('MemberNumber__c', 'text'),
        firstName: personal(field('FirstName', 'text')),
        lastName: personal(field('LastName', 'text')),
        email: personal(field('Email', 'text')),
        memberSince: field('MemberSince__c', 'date'),
        mergedInto: rowsOnly(field('MasterRecordId', 'reference')),
      },
    },
    Order: {
      role: 'purchase',
      owner: 'BillToContactId',
      countedStatuses: ['Activated', 'Completed'],
      fields: {
        number: field('OrderNumber', 'text'),
        boughtOn: field('EffectiveDate', 'date'),
        status: field('Status', 'choice'),
        amount: field('TotalAmount', 'decimal'),
        currency: field('CurrencyIsoCode', 'choice'),
        isReduction: field('IsReductionOrder', 'flag'),
        originalPurchase: field('OriginalOrderId', 'reference'),
      },
    },
    Voucher__c: {
      role: 'grant',
      owner: 'Member__c',
      availableStatuses: ['Issued'],
      redeemedStatuses: ['Redeemed'],
      fields: {
        definition: field('Promotion__c', 'reference'),
        title: field('Title__c', 'text'),
        status: field('Status__c', 'choice'),
        validFrom: field('ValidFrom__c', 'date'),
        validTo: field('ValidTo__c', 'date'),
        redeemedOn: field('RedeemedOn__c', 'date'),
        value: field('Value__c', 'decimal'),
        currency: field('CurrencyIsoCode', 'choice'),
      },
    },
    Promotion__c: {
      role: 'definition',
      fields: {
        title: field('Title__c', 'text'),
        terms: rowsOnly(field('Terms__c', 'text')),
        startsOn: field('StartsOn__c', 'date'),
        endsOn: field('EndsOn__c', 'date'),
        isActive: field('Active__c', 'flag'),
      },
    },
  },
};
