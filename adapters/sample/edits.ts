import { salesforceId } from './ids.ts';
import { commit, type Ledger, type PlannedChange } from './ledger.ts';
import type { OpenOrder } from './openOrders.ts';
import { DAY_MS, dayOf } from './promotions.ts';
import { newOrder, orderNumber } from './purchases.ts';
import { type Random, seededRandom } from './random.ts';
import { newVoucher } from './vouchers.ts';
import { changeEntry, type Fields, type PutEventsEntry } from './wire.ts';

/** What somebody does in the made-up org. Amounts are decimal text with at most two decimals, in EUR. */
export type SampleEdit = { readonly memberId: string } & (
  | { readonly type: 'purchase'; readonly amount: string }
  /** Valid from today for so many days. */
  | { readonly type: 'voucher'; readonly title: string; readonly value: string | null; readonly days: number }
  | { readonly type: 'redemption'; readonly voucherId: string }
  | { readonly type: 'name'; readonly firstName: string; readonly lastName: string }
  /** All of the order comes back. */
  | { readonly type: 'return'; readonly order: OpenOrder }
);

/** When it is done, and what no other change has. serial: of the record that it creates. */
export type EditPlace = { readonly nowMs: number; readonly serial: number; readonly commitNumber: bigint };

/** The change event that Salesforce would send of it, as AppFlow puts it on the bus. */
export const editEntry = (edit: SampleEdit, { nowMs, serial, commitNumber }: EditPlace): PutEventsEntry => {
  const atMs = Math.floor(nowMs / 1000) * 1000;
  const plan = planned(edit, atMs, serial, seededRandom(serial));
  return changeEntry(commit(knownOf(plan), plan, commitNumber), 'appflow', nowMs);
};

/** Nobody keeps the org's records here: of one that is changed, that it is there is all that has to be known. */
const knownOf = ({ changeType, object, recordIds, atMs }: PlannedChange): Ledger =>
  new Map(
    changeType === 'CREATE'
      ? []
      : recordIds.map((Id) => [
          Id,
          { object, fields: { Id, CreatedDate: atMs, IsDeleted: false, LastModifiedDate: 0, SystemModstamp: 0 } },
        ]),
  );

const planned = (edit: SampleEdit, atMs: number, serial: number, random: Random): PlannedChange => {
  const create = (object: 'Order' | 'Voucher__c', fields: Fields): PlannedChange => {
    return { atMs, object, recordIds: [salesforceId(object, serial)], changeType: 'CREATE', fields };
  };
  const update = (object: string, id: string, fields: Fields): PlannedChange => {
    return { atMs, object, recordIds: [id], changeType: 'UPDATE', fields };
  };
  const number = orderNumber(serial);
  switch (edit.type) {
    case 'purchase': {
      const order = newOrder(random, atMs, edit.memberId, number, 1);
      return create('Order', { ...order, TotalAmount: { numeral: edit.amount }, CurrencyIsoCode: 'EUR' });
    }
    case 'return': {
      const { id, amount, currency } = edit.order;
      return create('Order', {
        ...newOrder(random, atMs, edit.memberId, number, 1),
        ...{ TotalAmount: { numeral: `-${amount}` }, CurrencyIsoCode: currency },
        ...{ IsReductionOrder: true, OriginalOrderId: id },
      });
    }
    case 'voucher': {
      const { title, value, days } = edit;
      return create('Voucher__c', {
        ...newVoucher(random, atMs, edit.memberId, `V-${number}`, []),
        ...{ Title__c: title, ValidFrom__c: dayOf(atMs), ValidTo__c: dayOf(atMs + days * DAY_MS) },
        Value__c: value === null ? null : { numeral: value },
      });
    }
    case 'redemption':
      return update('Voucher__c', edit.voucherId, { Status__c: 'Redeemed', RedeemedOn__c: dayOf(atMs) });
    case 'name':
      return update('Contact', edit.memberId, { FirstName: edit.firstName, LastName: edit.lastName });
  }
};
