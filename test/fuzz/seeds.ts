import { GENERIC_DETAIL_TYPE } from '#adapters/source/genericObservation.ts';

/** Inputs of real shapes, one for each way of saying something. */
const ID = '8018d0000000001AAA';
const MEMBER = '0038d0000000007AAA';
/** No seed tells of such a member. */
export const NOBODY = '0038d0000000010AAA';
const AT = '2026-11-02T09:58:41.000+0000';

export const rowsByObject = {
  Order: {
    ...{ Id: ID, IsDeleted: false, BillToContactId: MEMBER, OrderNumber: '00000101', EffectiveDate: '2026-03-04' },
    ...{
      Status: 'Activated',
      TotalAmount: 92.94,
      CurrencyIsoCode: 'EUR',
      IsReductionOrder: false,
      OriginalOrderId: null,
    },
    ...{ LastModifiedDate: AT, SystemModstamp: AT, BillingAddress: { city: 'Genève', latitude: 46.20439097 } },
  },
  Contact: {
    ...{ Id: MEMBER, IsDeleted: false, FirstName: 'Zoë', LastName: 'Müller', Email: 'zoe@example.com' },
    ...{ MemberNumber__c: 'M-100234', Tier__c: 'Gold', MemberSince__c: '2023-04-01', Name: { FirstName: 'Zoë' } },
    ...{ LastModifiedDate: AT, SystemModstamp: AT },
  },
  Voucher__c: {
    ...{ Id: 'a0B8d0000000001AAA', IsDeleted: false, Member__c: MEMBER, Title__c: '10 €', Value__c: '10.00' },
    ...{
      CurrencyIsoCode: 'EUR',
      Promotion__c: 'a0C8d0000000001AAA',
      ValidTo__c: '2026-12-31',
      Status__c: 'Issued',
      LastModifiedDate: AT,
      SystemModstamp: AT,
    },
  },
} as const;

const header = (entityName: string, changeType: string, more: object = {}) => ({
  ...{
    entityName,
    recordIds: [entityName === 'Contact' ? MEMBER : ID],
    changeType,
    changeOrigin: 'com/salesforce/api/soap/67.0',
  },
  ...{ transactionKey: '0002343d-9d90-e395-ed20-cf416ba652ad', sequenceNumber: 1, commitTimestamp: 1_793_613_600_000 },
  ...{ commitNumber: 1_652_977_933_433, commitUser: '0058d000000XYZAAA', ...more },
});

const created = { ChangeEventHeader: header('Order', 'CREATE'), ...rowsByObject.Order };
const updated = {
  ChangeEventHeader: header('Contact', 'UPDATE', { changedFields: ['Name.FirstName', 'Email', 'LastModifiedDate'] }),
  ...{ Name: { FirstName: 'Zoë' }, Email: null, LastModifiedDate: AT },
};
const deleted = { ChangeEventHeader: header('Order', 'DELETE', { recordIds: [ID, '8018d0000000002AAA'] }) };
const gap = { ChangeEventHeader: header('Order', 'GAP_OVERFLOW', { recordIds: ['000000000000000AAA'] }) };
export const changeDetails = [created, updated, deleted, gap];

const envelope = (detail: unknown, some: object = {}) => ({
  ...{ version: '0', id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', 'detail-type': 'OrderChangeEvent' },
  ...{
    source: 'aws.partner/appflow/salesforce.com/000000000000',
    account: '000000000000',
    time: '2026-11-02T09:58:55Z',
  },
  ...{ region: 'eu-central-1', resources: [], detail, ...some },
});

const relayed = (payload: unknown) => ({
  schema: 'x7',
  payload,
  event: { replayId: 12, EventUuid: '6a7e8feb', EventApiName: 'OrderChangeEvent' },
});
const points = {
  CreatedDate: AT,
  CreatedById: '0058d000000XYZAAA',
  Account_Id__c: 'a0D8d0000000001AAA',
  New_Balance__c: 120,
  Member_Id__c: MEMBER,
};
const generic = {
  object: 'Contact',
  id: MEMBER,
  observedAt: AT,
  existence: 'exists',
  position: 7,
  fields: { FirstName: 'Zoë', MemberNumber__c: 'M-1' },
};
const runReport = {
  'flow-name': 'billfold-order',
  'execution-id': 'ca6c7d8a-4d1e-4c5b-9d6a-1f6a5f3c9b10',
  'start-time': '2026-11-02T10:00:03.101Z[UTC]',
  ...{
    'end-time': '2026-11-02T10:01:03.101Z[UTC]',
    status: 'Execution Successful',
    'num-of-records-processed': '12',
    'num-of-record-failures': '0',
  },
};
const s3Key = 'flows/Order/ca6c7d8a-4d1e-4c5b-9d6a-1f6a5f3c9b10/part-1.jsonl';

export const changeEvents = changeDetails.map((detail) => envelope(detail));

/** What hands Salesforce's events on: Event Relay, SNS, a relay of one's own, other systems, AppFlow and S3 about runs. */
export const relayEvents: readonly unknown[] = [
  envelope(relayed(created)),
  envelope(relayed(updated), { id: undefined }),
  {
    Type: 'Notification',
    MessageId: 'dc1e94d9-56c5-5e96-808d-cc7f68faa162',
    Message: JSON.stringify(envelope(created)),
  },
  relayed(created),
  { data: relayed(points), channel: '/event/Points_Posted__e' },
  updated,
  envelope(relayed(points), { 'detail-type': 'Points_Posted__e' }),
  envelope(generic, { 'detail-type': GENERIC_DETAIL_TYPE, source: 'shop' }),
  envelope(runReport, { source: 'aws.appflow', 'detail-type': 'AppFlow End Flow Run Report' }),
  envelope(runReport, { source: 'aws.appflow', 'detail-type': 'AppFlow Start Flow Run Report' }),
  envelope(
    { bucket: { name: 'b' }, object: { key: s3Key, size: 3 } },
    { source: 'aws.s3', 'detail-type': 'Object Created' },
  ),
];
