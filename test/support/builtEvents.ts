import * as E from 'fp-ts/lib/Either.js';
import {
  type DomainEvent,
  type LocalDate,
  type MemberFacts,
  type MinorUnits,
  type PurchaseFacts,
  toMinorUnits,
} from '#domain/index.ts';
import { ADA, event, type Fields, type Said } from '#test/support/scenario.ts';

type Purchased = Extract<DomainEvent, { type: 'PurchaseRecorded' }>;

/** Facts as far as a test is about them. */
type About<Facts> = Partial<Facts> & { readonly id?: string };

/** A purchase that counts: of 10.00 EUR, by the name of its day, unless said otherwise. counts: null is one that does not. */
export const bought = (boughtOn: LocalDate, { id = boughtOn, ...facts }: About<PurchaseFacts> = {}): Purchased => ({
  type: 'PurchaseRecorded',
  purchaseId: id,
  current: purchaseOf(boughtOn, facts),
});

const purchaseOf = (boughtOn: LocalDate, facts: Partial<PurchaseFacts>): PurchaseFacts => {
  const { isReduction = false } = facts;
  const [amount, currency] = [facts.amount ?? '10', facts.currency ?? 'EUR'];
  const minorUnits = E.getOrElse<unknown, MinorUnits>(() => 0)(toMinorUnits(amount, currency));
  return {
    ...{ number: null, boughtOn, status: 'Activated', amount, currency, isReduction, originalPurchase: null },
    counts: { boughtOn, currency, minorUnits, isReduction },
    ...facts,
  };
};

/** The first purchase, now known to be as the second. */
export const corrected = (before: Purchased, now: Purchased): DomainEvent => ({
  ...{ type: 'PurchaseCorrected', purchaseId: before.purchaseId },
  ...{ previous: before.current, current: now.current },
});
export const voided = ({ purchaseId, current }: Purchased): DomainEvent => ({
  ...{ type: 'PurchaseVoided', purchaseId, previous: current },
});

/** An active member, of whom nothing else is known unless said. */
export const enrolled = (facts: Partial<MemberFacts> = {}): DomainEvent => ({
  type: 'MemberEnrolled',
  current: {
    ...{ standing: 'active', number: 'M-1', memberSince: null, mergedInto: null },
    personal: { firstName: null, lastName: null, email: null },
    ...facts,
  },
});

/** What the retail preset's objects say of ADA: fields by API name. */
export const contact = (fields: Fields = {}): Said => event('Contact', { MemberNumber__c: 'M-1', ...fields });
export const order = (day: LocalDate, fields: Fields = {}, id: string = day): Said =>
  event(
    'Order',
    { BillToContactId: ADA, Status: 'Activated', TotalAmount: '10', EffectiveDate: day, ...fields },
    { id },
  );
