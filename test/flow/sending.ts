import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect } from 'vitest';
import { created, type entryOf } from '#test/adapters/http/support.ts';
import type { Service } from './process.ts';

/** As whoever sends change events does: all at once, and each is taken. */
export const put = async (
  { eventBridge }: Service,
  ...Entries: readonly ReturnType<typeof entryOf>[]
): Promise<void> => {
  const answer = await eventBridge.send(new PutEventsCommand({ Entries: [...Entries] }));
  expect(answer).toMatchObject({ FailedEntryCount: 0 });
};

/** A purchase of a member, for 600.00 EUR times its number. */
export const order = (memberId: string, number: number) =>
  created('Order', {
    ...{ BillToContactId: memberId, OrderNumber: `O-${number}`, EffectiveDate: '2026-11-01', Status: 'Activated' },
    ...{ TotalAmount: 600 * number, CurrencyIsoCode: 'EUR' },
  }).entry;
