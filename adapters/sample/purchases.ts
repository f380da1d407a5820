import { ACCOUNT_ID, salesforceId } from './ids.ts';
import { daysMs, lastFileMs, lifeOf, type PlannedNews, startOfYear } from './life.ts';
import { memberId } from './members.ts';
import { DAY_MS, dayOf } from './promotions.ts';
import type { Random } from './random.ts';
import type { Fields, Numeral } from './wire.ts';

/** A member's orders: most have 3 to 15 in the year, a few up to 60. Most are told by the monthly file only. */
export const purchases = (
  random: Random,
  serial: number,
  joinedMs: number,
  untilMs: number,
): readonly PlannedNews[] => {
  const keenness = random.fraction();
  const count = keenness < 0.85 ? random.int(3, 15) : keenness < 0.97 ? random.int(16, 30) : random.int(40, 60);
  const pace = 0.5 + random.fraction() ** 2 * 2.5;
  const firstMs = Math.max(joinedMs, startOfYear(untilMs) - 30 * DAY_MS);
  const news: PlannedNews[] = [];
  for (let nth = 0; nth < count; nth++) {
    const orderSerial = serial * 200 + nth * 2 + 1;
    const id = salesforceId('Order', orderSerial);
    const life = lifeOf('Order', id, untilMs);
    const atMs = random.int(firstMs / 1000 + 3600, lastFileMs(untilMs) / 1000 - 3600) * 1000;
    const order = newOrder(random, atMs, memberId(serial), orderNumber(orderSerial), pace);
    const draft = random.chance(0.05);
    life.push('CREATE', atMs, draft ? { ...order, Status: 'Draft', ActivatedDate: null } : order, random.chance(0.02));
    const nextMs = atMs + daysMs(random, 1, 6);
    const fate = draft ? 1 : random.fraction();
    if (fate < 0.03) life.push('UPDATE', nextMs, { Status: 'Cancelled' }, random.chance(0.4));
    else if (fate < 0.05)
      life.push(
        'UPDATE',
        nextMs,
        { TotalAmount: amountNumeral(random.int(1000, 9000), 2), CurrencyIsoCode: 'EUR' },
        random.chance(0.4),
      );
    else if (fate < 0.056) {
      life.push('DELETE', nextMs, {}, random.chance(0.5));
      if (random.chance(0.5)) life.push('UNDELETE', nextMs + DAY_MS, {}, true);
    } else if (fate < 0.9) life.push('UPDATE', nextMs, { Status: 'Completed' }, random.chance(0.015));
    news.push(...life.news);
    if (fate > 0.08 && fate < 0.11)
      news.push(...reduction(random, id, order, orderSerial + 1, nextMs + daysMs(random, 1, 20), untilMs));
  }
  return news;
};

/** Goods came back: an order of its own that names the first one, its amount negative as Salesforce totals it. */
const reduction = (
  random: Random,
  originalId: string,
  original: Fields,
  serial: number,
  atMs: number,
  untilMs: number,
): readonly PlannedNews[] => {
  const life = lifeOf('Order', salesforceId('Order', serial), untilMs);
  const decimals = original.CurrencyIsoCode === 'JPY' ? 0 : 2;
  life.push(
    'CREATE',
    atMs,
    {
      ...original,
      OrderNumber: orderNumber(serial),
      EffectiveDate: dayOf(atMs),
      ActivatedDate: atMs,
      IsReductionOrder: true,
      OriginalOrderId: originalId,
      TotalAmount: amountNumeral(-random.int(500, 900), decimals),
    },
    random.chance(0.05),
  );
  return life.news;
};

export const orderNumber = (serial: number): string => String(serial % 100_000_000).padStart(8, '0');

/** A new order of that contact, with a few fields billfold does not map. pace: how much dearer than usual this member buys. */
export const newOrder = (random: Random, atMs: number, contactId: string, number: string, pace: number): Fields => {
  const currency = random.chance(0.85) ? 'EUR' : random.pick(['GBP', 'JPY']);
  const cents = Math.round((900 + random.fraction() ** 3 * 26_000) * pace);
  const rounded = currency !== 'JPY' && random.chance(0.3) ? Math.ceil(cents / 100) * 100 : cents;
  return {
    OrderNumber: number,
    BillToContactId: contactId,
    AccountId: ACCOUNT_ID,
    EffectiveDate: dayOf(atMs),
    Status: 'Activated',
    TotalAmount: amountNumeral(rounded, currency === 'JPY' ? 0 : 2),
    CurrencyIsoCode: currency,
    IsReductionOrder: false,
    OriginalOrderId: null,
    ActivatedDate: atMs,
    Type: random.pick(['Store', 'Store', 'Web']),
    BillingCity: null,
    Description: null,
  };
};

/** A money amount as Salesforce writes it: no trailing zeros, `12.0` for a whole one. */
export const amountNumeral = (minorUnits: number, decimals: number): Numeral => {
  const fixed = (minorUnits / 10 ** decimals).toFixed(decimals);
  return { numeral: decimals === 0 ? `${fixed}.0` : fixed.replace(/0+$/, '').replace(/\.$/, '.0') };
};
