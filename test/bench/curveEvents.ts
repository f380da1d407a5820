import {
  addDays,
  eventExistenceStamp,
  eventStamp,
  type MemberEvent,
  type MemberFacts,
  type Observation,
} from '#domain/index.ts';

/** When everything is recorded and looked at. */
export const NOW = Date.UTC(2026, 0, 31, 12);
const LAST_DAY = '2026-01-30';
const DAYS = 20 * 365;

export const enrolledAs = (firstName: string): MemberEvent => ({ type: 'MemberEnrolled', current: facts(firstName) });

const facts = (firstName: string): MemberFacts => ({
  ...{ standing: 'active', number: 'M-1', memberSince: '2006-01-01', mergedInto: null },
  personal: { firstName, lastName: 'Müller', email: null },
});

/** So many events that leave a state of one size: the stream alone grows. */
export const historyOfDetails = (count: number): readonly MemberEvent[] => [
  enrolledAs('Ada 0'),
  ...Array.from(
    { length: count - 1 },
    (_, index): MemberEvent => ({
      ...{ type: 'MemberDetailsChanged', previous: facts(`Ada ${index}`), current: facts(`Ada ${index + 1}`) },
    }),
  ),
];

/** Spread over the twenty years that end now, a tenth in another currency. The same for the same count. */
export const purchasesOf = (count: number): readonly MemberEvent[] =>
  Array.from({ length: count }, (_, index): MemberEvent => {
    const boughtOn = addDays(LAST_DAY, -Math.floor(((index * 7919) % count) * (DAYS / count)));
    const minorUnits = 100 + ((index * 48_271) % 29_989);
    const currency = index % 10 === 9 ? 'CHF' : 'EUR';
    const amount = (minorUnits / 100).toFixed(2);
    return {
      type: 'PurchaseRecorded',
      purchaseId: `8018d${String(index).padStart(10, '0')}AAA`,
      current: {
        ...{ number: String(index), boughtOn, status: 'Activated', amount, currency, isReduction: false },
        originalPurchase: null,
        counts: { boughtOn, currency, minorUnits, isReduction: false },
      },
    };
  });

/** An event of the source: a purchase that nobody told of before. */
export const changeOf = (memberId: string, serial: number, boughtOn: string): Observation => {
  const position = { commitNumber: String(serial + 1), sequenceNumber: 1 };
  const stamp = eventExistenceStamp(NOW, position);
  return {
    ...{
      record: { object: 'Order', id: `8018e${String(serial).padStart(10, '0')}AAA` },
      stamp: eventStamp(NOW, position),
    },
    existence: { says: 'exists', stamp, dated: stamp },
    fields: {
      ...{ OrderNumber: String(serial), EffectiveDate: boughtOn, Status: 'Activated', TotalAmount: '12.5' },
      ...{ CurrencyIsoCode: 'EUR', IsReductionOrder: 'false', OriginalOrderId: null, BillToContactId: memberId },
    },
    ...{ gapAt: null, reReadAt: null, origin: { type: 'event', eventId: `bench-${serial}` }, lane: 'live' },
  };
};
