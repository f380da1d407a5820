import { salesforceId } from './ids.ts';
import { daysMs, lastFileMs, lifeOf, type PlannedNews, startOfYear } from './life.ts';
import { memberId } from './members.ts';
import { DAY_MS, dayOf, promotionsKnownAt } from './promotions.ts';
import { amountNumeral } from './purchases.ts';
import { type Random, seededRandom } from './random.ts';
import type { ChangeType, Fields } from './wire.ts';

/** A member's vouchers: up to five in the year, some issued lately and ending around `until`. */
export const vouchers = (random: Random, serial: number, joinedMs: number, untilMs: number): readonly PlannedNews[] => {
  const news: PlannedNews[] = [];
  const count = random.int(0, 5);
  const firstMs = Math.max(joinedMs, startOfYear(untilMs));
  for (let nth = 0; nth < count; nth++) {
    const life = lifeOf('Voucher__c', voucherId(serial, nth), untilMs);
    const fresh = random.chance(0.2);
    const earliestMs = fresh ? Math.max(firstMs, untilMs - 30 * DAY_MS) : firstMs;
    const atMs = random.int(earliestMs / 1000 + 3600, lastFileMs(untilMs) / 1000 - 3600) * 1000;
    const voucher = newVoucher(
      random,
      atMs,
      memberId(serial),
      voucherName(serial, nth),
      promotionsKnownAt(atMs, untilMs),
    );
    const endsSoon = fresh && random.chance(0.6);
    const issued = endsSoon ? { ...voucher, ValidTo__c: dayOf(untilMs + random.int(0, 9) * DAY_MS) } : voucher;
    life.push('CREATE', atMs, issued, random.chance(0.02));
    const nextMs = atMs + daysMs(random, 1, 30);
    const fate = endsSoon ? 1 : random.fraction();
    if (fate < 0.4)
      life.push('UPDATE', nextMs, { Status__c: 'Redeemed', RedeemedOn__c: dayOf(nextMs) }, random.chance(0.12));
    else if (fate < 0.48) life.push('UPDATE', nextMs, { Status__c: 'Cancelled' }, random.chance(0.15));
    news.push(...life.news);
  }
  return news;
};

/** Twice in the last weeks two members' vouchers are called back together: one event that names both. */
export const recalls = (members: number, untilMs: number): readonly PlannedNews[] =>
  [0, 2].flatMap((serial) => {
    if (members < serial + 2) return [];
    const issuedMs = untilMs - 60 * DAY_MS + serial * 7_200_000;
    const ids = [voucherId(serial, 40), voucherId(serial + 1, 40)];
    const plan = (
      atMs: number,
      recordIds: readonly string[],
      changeType: ChangeType,
      fields: Fields,
      announced: boolean,
    ) => ({ atMs, object: 'Voucher__c', recordIds, changeType, fields, announced });
    const issued = ids.map((id, k) => {
      const voucher = newVoucher(
        seededRandom(serial + k),
        issuedMs,
        memberId(serial + k),
        voucherName(serial + k, 40),
        [],
      );
      return plan(issuedMs, [id], 'CREATE', voucher, false);
    });
    return [...issued, plan(issuedMs + 40 * DAY_MS, ids, 'UPDATE', { Status__c: 'Cancelled' }, true)];
  });

/** A new voucher, issued that day. promotions: ids it may name. */
export const newVoucher = (
  random: Random,
  atMs: number,
  contactId: string,
  name: string,
  promotions: readonly string[],
): Fields => {
  const promotion = random.chance(0.8) && promotions.length > 0 ? random.pick(promotions) : null;
  const ownTitle = promotion === null || random.chance(0.3);
  return {
    Name: name,
    Member__c: contactId,
    Promotion__c: promotion,
    Status__c: 'Issued',
    Barcode__c: String(random.int(1e9, 9e9)),
    Title__c: ownTitle
      ? random.pick(['Thank you', 'A little extra', 'Geburtstagsgruß', 'Bon d’achat', 'Gift card'])
      : null,
    ValidFrom__c: random.chance(0.9) ? dayOf(atMs) : null,
    ValidTo__c: random.chance(0.95) ? dayOf(atMs + random.int(14, 120) * DAY_MS) : null,
    RedeemedOn__c: null,
    Value__c: random.chance(0.75) ? amountNumeral(random.pick([500, 750, 1000, 1500, 2000]), 2) : null,
    CurrencyIsoCode: 'EUR',
  };
};

const voucherId = (serial: number, nth: number): string => salesforceId('Voucher__c', serial * 50 + nth + 1);
const voucherName = (serial: number, nth: number): string => `V-${String(serial * 50 + nth + 1).padStart(7, '0')}`;
