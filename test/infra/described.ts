import type { DescribedMapping, FlowDescription } from '#infra/settings/describeMapping.ts';

const full = (object: string): FlowDescription => ({
  name: `billfold-${object}-full`,
  object,
  trigger: 'onDemand',
  api: 'BULKV2',
});
const changes = (object: string): FlowDescription => ({
  name: `billfold-${object}-changes`,
  object,
  trigger: 'schedule',
  api: 'REST_SYNC',
  everyMinutes: 15,
  offsetSeconds: 60,
  dateField: 'SystemModstamp',
});

/** As `billfold mapping --deployed --json` tells it, of two objects: one read in every way, one without events. */
export const described: DescribedMapping = {
  mapping: {
    objects: {
      Contact: { fields: { number: { field: 'MemberNumber__c' } }, custom: { birthday: { field: 'Birthdate' } } },
      Order: { owner: 'BillToContactId', fields: { amount: { field: 'TotalAmount' } } },
    },
  },
  flows: [
    full('Contact'),
    changes('Contact'),
    { name: 'billfold-Contact-events', object: 'Contact', trigger: 'event', event: 'ContactChangeEvent' },
    full('Order'),
    changes('Order'),
  ],
};
