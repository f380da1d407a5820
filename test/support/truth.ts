import { type Fields, isNumeral } from '#adapters/sample/wire.ts';
import type { Org, SimRecord } from '#test/support/org.ts';

export type Money = { readonly amount: string; readonly currency: string };

/** The pass of design section 11, without its revision. */
export type ExpectedPass = {
  readonly memberId: string;
  readonly memberNumber: string | null;
  readonly status: 'active' | 'withdrawn';
  readonly holder: { readonly firstName: string | null; readonly lastName: string | null };
  readonly memberSince: string | null;
  readonly tier: {
    readonly name: string;
    readonly qualifyingSpend: Money;
    readonly next: { readonly name: string; readonly threshold: string; readonly remaining: string } | null;
    readonly progress: number;
  };
  readonly spend: {
    readonly lifetime: readonly Money[];
    readonly last12Months: readonly Money[];
    readonly purchases: number;
    readonly lastPurchaseOn: string | null;
  };
  readonly promotions: readonly ExpectedPromotion[];
};

export type ExpectedPromotion = {
  readonly id: string;
  readonly title: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly state: 'available' | 'expiring';
  readonly value: Money | null;
};

/**
 * What every pass should be on that day (ISO date, in the programme's time zone), worked out from the org itself and from none of
 * billfold's code. null: provisional, the contact is only known as an owner. An id that is not in the map is unknown: no pass.
 */
export const truth = (org: Org, today: string): ReadonlyMap<string, ExpectedPass | null> => {
  const passes = new Map<string, ExpectedPass | null>();
  for (const record of org.records.values()) {
    if (record.object === 'Contact') passes.set(record.id, passOf(org, record, today));
    const owner = record.fields.BillToContactId ?? record.fields.Member__c ?? null;
    if (typeof owner === 'string' && !org.records.has(owner)) passes.set(owner, null);
  }
  return passes;
};

/** A pass as far as the truth goes. Nothing of the org itself is under `custom`: what is there, further projections show. */
export const knownPart = <Known extends { readonly custom?: unknown }>(
  pass: Known | null,
): Omit<Known, 'custom'> | null => {
  if (pass === null) return null;
  const { custom: _, ...known } = pass;
  return known;
};

/** The calendar day of an instant in a time zone. */
export const todayIn = (epochMs: number, zone = 'UTC'): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    epochMs,
  );

const passOf = (org: Org, contact: SimRecord, today: string): ExpectedPass => {
  const number = text(contact.fields, 'MemberNumber__c');
  const orders = countedOrders(org, contact.id);
  const recent = orders.filter((order) => order.date > sameDayLastYear(today) && order.date <= today);
  const purchases = orders.filter((order) => !order.reduction);
  return {
    memberId: contact.id,
    memberNumber: number,
    status: number === null || contact.deleted ? 'withdrawn' : 'active',
    holder: { firstName: text(contact.fields, 'FirstName'), lastName: text(contact.fields, 'LastName') },
    memberSince: text(contact.fields, 'MemberSince__c'),
    tier: tierOf(sum(recent.filter((order) => order.currency === 'EUR'))),
    spend: {
      lifetime: totals(orders),
      last12Months: totals(recent),
      purchases: purchases.length,
      lastPurchaseOn:
        purchases
          .map((order) => order.date)
          .sort()
          .at(-1) ?? null,
    },
    promotions: promotionsOf(org, contact.id, today),
  };
};

type CountedOrder = {
  readonly date: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly reduction: boolean;
};

const countedOrders = (org: Org, contactId: string): readonly CountedOrder[] => {
  const counted: CountedOrder[] = [];
  for (const order of org.records.values()) {
    if (order.object !== 'Order' || order.deleted || order.fields.BillToContactId !== contactId) continue;
    const status = text(order.fields, 'Status');
    if (status !== 'Activated' && status !== 'Completed') continue;
    const currency = text(order.fields, 'CurrencyIsoCode') ?? 'EUR';
    const minor = minorUnits(text(order.fields, 'TotalAmount'), currency);
    const date = text(order.fields, 'EffectiveDate');
    if (minor === null || date === null) continue;
    const reduction = order.fields.IsReductionOrder === true;
    counted.push({ date, currency, minor: reduction ? -absolute(minor) : minor, reduction });
  }
  return counted;
};

const TIERS = [
  { name: 'Member', threshold: 0n },
  { name: 'Silver', threshold: 500_00n },
  { name: 'Gold', threshold: 2000_00n },
  { name: 'Platinum', threshold: 5000_00n },
] as const;

const tierOf = (qualifying: bigint): ExpectedPass['tier'] => {
  const qualifyingSpend = money(qualifying, 'EUR');
  let reached = 0;
  TIERS.forEach((tier, level) => {
    if (qualifying >= tier.threshold) reached = level;
  });
  const tier = TIERS[reached] ?? TIERS[0];
  const next = TIERS[reached + 1];
  if (next === undefined) return { name: tier.name, qualifyingSpend, next: null, progress: 1 };
  const gained = qualifying < tier.threshold ? 0n : qualifying - tier.threshold;
  const hundredths = (gained * 100n) / (next.threshold - tier.threshold);
  return {
    name: tier.name,
    qualifyingSpend,
    next: {
      name: next.name,
      threshold: writeAmount(next.threshold, 'EUR'),
      remaining: writeAmount(next.threshold - qualifying, 'EUR'),
    },
    progress: Number(hundredths) / 100,
  };
};

const promotionsOf = (org: Org, contactId: string, today: string): readonly ExpectedPromotion[] => {
  const available: ExpectedPromotion[] = [];
  for (const voucher of org.records.values()) {
    if (voucher.object !== 'Voucher__c' || voucher.deleted || voucher.fields.Member__c !== contactId) continue;
    if (text(voucher.fields, 'Status__c') !== 'Issued') continue;
    const validFrom = text(voucher.fields, 'ValidFrom__c');
    const validTo = text(voucher.fields, 'ValidTo__c');
    if (!within(today, validFrom, validTo)) continue;
    const definition = org.records.get(text(voucher.fields, 'Promotion__c') ?? '');
    if (definition !== undefined && !isRunning(definition, today)) continue;
    const definedTitle = definition === undefined ? null : text(definition.fields, 'Title__c');
    const currency = text(voucher.fields, 'CurrencyIsoCode') ?? 'EUR';
    const value = minorUnits(text(voucher.fields, 'Value__c'), currency);
    available.push({
      id: voucher.id,
      title: text(voucher.fields, 'Title__c') ?? definedTitle,
      validFrom,
      validTo,
      state: validTo !== null && dayNumber(validTo) - dayNumber(today) <= 6 ? 'expiring' : 'available',
      value: value === null ? null : money(value, currency),
    });
  }
  return available.sort(byEndThenId);
};

const isRunning = (definition: SimRecord, today: string): boolean =>
  !definition.deleted &&
  definition.fields.Active__c === true &&
  within(today, text(definition.fields, 'StartsOn__c'), text(definition.fields, 'EndsOn__c'));

/** ISO dates compare as text. Both ends belong; null is open. */
const within = (day: string, from: string | null, to: string | null): boolean =>
  (from === null || from <= day) && (to === null || day <= to);

const byEndThenId = (a: ExpectedPromotion, b: ExpectedPromotion): number => {
  const left = `${a.validTo ?? '9999-99-99'} ${a.id}`;
  const right = `${b.validTo ?? '9999-99-99'} ${b.id}`;
  return left < right ? -1 : left > right ? 1 : 0;
};

const totals = (orders: readonly CountedOrder[]): readonly Money[] =>
  [...new Set(orders.map((order) => order.currency))]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((currency) => money(sum(orders.filter((order) => order.currency === currency)), currency));

const sum = (orders: readonly CountedOrder[]): bigint => orders.reduce((total, order) => total + order.minor, 0n);

const absolute = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** ISO 4217 minor units of the currencies the simulator uses. */
const DECIMALS: Readonly<Record<string, number>> = { EUR: 2, GBP: 2, JPY: 0, KWD: 3 };

const decimalsOf = (currency: string): number => {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new Error(`truth: add ${currency} to DECIMALS`);
  return decimals;
};

/** null: no amount, or more decimals than the currency has (trailing zeros aside). */
const minorUnits = (amount: string | null, currency: string): bigint | null => {
  if (amount === null) return null;
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.');
  const decimals = decimalsOf(currency);
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > decimals) return null;
  const magnitude = BigInt(whole + significant.padEnd(decimals, '0'));
  return amount.startsWith('-') ? -magnitude : magnitude;
};

const money = (minor: bigint, currency: string): Money => ({ amount: writeAmount(minor, currency), currency });

const writeAmount = (minor: bigint, currency: string): string => {
  const decimals = decimalsOf(currency);
  const digits = absolute(minor)
    .toString()
    .padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(digits.length - decimals)}`;
  return `${minor < 0n ? '-' : ''}${whole}${fraction}`;
};

/** 2024-02-29 → 2023-02-28; every other day keeps its month and day. */
const sameDayLastYear = (day: string): string => {
  const year = String(Number(day.slice(0, 4)) - 1).padStart(4, '0');
  return day.endsWith('-02-29') ? `${year}-02-28` : `${year}${day.slice(4)}`;
};

/** Days since 1970-01-01. */
const dayNumber = (day: string): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / 86_400_000;

const text = (fields: Fields, name: string): string | null => {
  const value = fields[name] ?? null;
  if (value === null || value === '') return null;
  return isNumeral(value) ? value.numeral : String(value);
};
