import { defineMapping } from 'billfold';

/** What the projections birthday and categoryBadge read beyond the preset: a date of the member, and what a purchase was of. */
export default defineMapping({
  extends: 'retail',
  programme: { currency: 'EUR', timeZone: 'Europe/Brussels' },
  objects: {
    Contact: { custom: { birthday: { field: 'Birthdate', kind: 'date', isPersonal: true } } },
    Order: { custom: { category: 'Category__c' } },
  },
});
