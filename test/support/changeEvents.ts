import { salesforceId } from '#adapters/sample/ids.ts';

export const contactId = (serial: number): string => salesforceId('Contact', serial);
export const orderId = (serial: number): string => salesforceId('Order', serial);

/** The detail of a change event as AppFlow hands it on. Without changed fields it is a CREATE. */
export const changeOf = (
  entityName: string,
  id: string,
  fields: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
) => ({
  ChangeEventHeader: {
    ...{ entityName, recordIds: [id], changeType: 'CREATE', changeOrigin: '', transactionKey: '0000a1b2-c3d4' },
    ...{ sequenceNumber: 1, commitTimestamp: 1_793_613_521_000, commitNumber: 1_100_638_524_517 },
    ...{ commitUser: '0056g000003XW7AAAW', changedFields: [], ...header },
  },
  LastModifiedDate: '2026-11-02T09:58:41.000Z',
  ...fields,
});

export const contact = (serial: number, firstName = 'Ines') =>
  changeOf('Contact', contactId(serial), {
    ...{ Name: { FirstName: firstName, LastName: 'Roth' }, Email: 'ines@example.test' },
    ...{ MemberNumber__c: `M-${serial}`, MemberSince__c: '2020-01-01' },
  });

export const order = (serial: number, ofContact: number, amount = 12.5) =>
  changeOf('Order', orderId(serial), {
    ...{ OrderNumber: `0001${serial}`, EffectiveDate: '2026-10-01', Status: 'Activated', TotalAmount: amount },
    ...{ CurrencyIsoCode: 'EUR', IsReductionOrder: false, BillToContactId: contactId(ofContact) },
  });
