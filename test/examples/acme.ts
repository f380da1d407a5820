import { defineMapping } from 'billfold';

/**
 * A retailer who started from the preset. Shop tills write their own object, members have a shoe size and a birthday, vouchers a
 * bar code; points are posted by a platform event. Run it: npm start -- --empty --mapping test/examples/acme.ts
 */
export default defineMapping({
  extends: 'retail',
  programme: { currency: 'EUR', timeZone: 'Europe/Brussels' },
  flows: { 'acme-till-incremental': 'Store_Purchase__c' },
  feeds: {
    Promotion__c: { events: false, everyMinutes: 60 },
    // Read by the flow that was made by hand.
    Store_Purchase__c: 'elsewhere',
  },
  objects: {
    Contact: {
      custom: {
        shoeSize: { field: 'Shoe_Size__c', kind: 'decimal', onPass: true },
        birthday: { field: 'Birthdate', kind: 'date', isPersonal: true },
      },
    },
    Voucher__c: { custom: { barcode: { field: 'Barcode__c', isPersonal: true, onPass: true } } },
    // Bought in a shop: no status, so every one counts; the till says when to the second.
    Store_Purchase__c: {
      role: 'purchase',
      owner: 'Member__c',
      fields: {
        number: 'Receipt__c',
        boughtOn: { field: 'Sold_At__c', kind: 'instant' },
        amount: 'Total__c',
        isReduction: 'Is_Return__c',
      },
      custom: { store: 'Store__c' },
    },
    Point_Account__c: {
      role: 'points',
      owner: 'Member__c',
      fields: { name: 'Name', balance: 'Balance__c' },
    },
  },
  platformEvents: {
    Points_Posted__e: {
      object: 'Point_Account__c',
      id: 'Account_Id__c',
      stamp: 'CreatedDate',
      kind: 'changed',
      fields: { New_Balance__c: 'Balance__c', Member_Id__c: 'Member__c' },
    },
  },
});
