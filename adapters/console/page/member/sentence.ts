import type { DomainEvent } from '#domain/index.ts';
import { dayText } from '../ui/days.ts';
import { moneyText } from '../ui/moneyText.ts';

/** What a voucher is called by its definition, where its own record names it not. */
export type TitleOf = (grantId: string) => string | null;

/** What happened, in a sentence for somebody who never saw an event. */
export const sentenceOf = (event: DomainEvent, titleOf: TitleOf = () => null): string => {
  const voucherOf = (facts: Grant): string =>
    voucherText(facts.title ?? ('grantId' in event ? titleOf(event.grantId) : null));
  switch (event.type) {
    case 'MemberEnrolled':
      return `Enrolled${nameOf(event.current)}${numberOf(event.current)}`;
    case 'MemberDetailsChanged':
      return changesOf('Details changed', event.previous, event.current);
    case 'MemberWithdrawn':
      return `Withdrawn: ${event.current.number === null ? 'the number was taken away' : 'the record was deleted'}`;
    case 'MemberReinstated':
      return `Came back${numberOf(event.current)}`;
    case 'MemberForgotten':
      return 'Forgotten: personal data is destroyed, the pass is void for good';
    case 'PurchaseRecorded':
      return `${boughtFor(event.current)}${notCounted(event.current)}`;
    case 'PurchaseCorrected':
      return `${changesOf(`${orderOf(event.current)} corrected`, event.previous, event.current)}${turnOf(event)}`;
    case 'PurchaseVoided':
      return `${orderOf(event.previous)} for ${amountOf(event.previous)} deleted`;
    case 'PurchaseMovedOut':
      return `${orderOf(event.previous)} for ${amountOf(event.previous)} moved to another member`;
    case 'PurchaseMovedIn':
      return `${orderOf(event.current)} for ${amountOf(event.current)} moved here from another member${notCounted(event.current)}`;
    case 'PromotionGranted':
      return `${voucherOf(event.current)} granted${untilOf(event.current)}`;
    case 'PromotionRevised':
      return changesOf(`${voucherOf(event.current)} revised`, event.previous, event.current);
    case 'PromotionRedeemed':
      return `${voucherOf(event.current)} redeemed`;
    case 'PromotionRevoked':
      return `${voucherOf(event.previous)} deleted`;
    case 'PromotionMovedOut':
      return `${voucherOf(event.previous)} moved to another member`;
    case 'PromotionMovedIn':
      return `${voucherOf(event.current)} moved here from another member`;
    case 'MemberTierSet':
      return `Put in tier ${event.current.tier ?? 'without a name'} by the source`;
    case 'MemberTierChanged':
      return changesOf('Tier record changed', event.previous, event.current);
    case 'MemberTierEnded':
      return `No longer put in tier ${event.previous.tier ?? 'without a name'} by the source`;
    case 'PointsOpened':
      return `${pointsOf(event.current)} opened with ${event.current.balance ?? 'no balance'}`;
    case 'PointsBalanceChanged':
      return `${pointsOf(event.current)}: ${event.previous.balance ?? 'none'} → ${event.current.balance ?? 'none'}`;
    case 'PointsClosed':
      return `${pointsOf(event.previous)} closed`;
    case 'PromotionDefined':
      return `Promotion ${quoted(event.current.title)} defined`;
    case 'PromotionRedefined':
      return changesOf(`Promotion ${quoted(event.current.title)} defined anew`, event.previous, event.current);
    case 'PromotionRetired':
      return `Promotion ${quoted(event.previous.title)} deleted`;
    case 'TierDefined':
      return `Tier ${quoted(event.current.name)} defined`;
    case 'TierRedefined':
      return changesOf(`Tier ${quoted(event.current.name)} defined anew`, event.previous, event.current);
    case 'TierRetired':
      return `Tier ${quoted(event.previous.name)} deleted`;
    default:
      return unheardOf(event);
  }
};

/** The compiler lists what was forgotten; an event of a newer service is named at least. */
const unheardOf = (event: never): string => String(Object(event).type);

type Of<Type extends DomainEvent['type'], Part extends string> =
  Extract<DomainEvent, { type: Type }> extends Record<Part, infer Facts> ? Facts : never;
type Member = Of<'MemberEnrolled', 'current'>;
type Purchase = Of<'PurchaseRecorded', 'current'>;
type Grant = Of<'PromotionGranted', 'current'>;

const nameOf = ({ personal: { firstName, lastName } }: Member): string => {
  const name = [firstName, lastName].filter((part) => part !== null).join(' ');
  return name === '' ? '' : ` as ${name}`;
};
const numberOf = ({ number }: Member): string => (number === null ? '' : `, number ${number}`);

const boughtFor = (purchase: Purchase): string =>
  `${purchase.isReduction ? 'Returned' : 'Bought'} for ${amountOf(purchase)}${purchase.number === null ? '' : ` (order ${purchase.number})`}`;
const orderOf = ({ number, isReduction }: Purchase): string =>
  `${isReduction ? 'Return' : 'Order'}${number === null ? '' : ` ${number}`}`;
const amountOf = ({ amount, currency, counts }: Purchase): string =>
  amount === null ? 'an unknown amount' : amountText(amount, currency ?? counts?.currency ?? null);
const notCounted = ({ counts, status }: Purchase): string =>
  counts === null ? `, does not count${status === null ? '' : ` (${status})`}` : '';
const turnOf = ({ previous, current }: Extract<DomainEvent, { type: 'PurchaseCorrected' }>): string => {
  if ((previous.counts === null) === (current.counts === null)) return '';
  return current.counts === null ? ', counts no longer' : ', counts now';
};

const voucherText = (title: string | null): string => (title === null ? 'Voucher' : `Voucher ${quoted(title)}`);
const untilOf = ({ validTo }: Grant): string => (validTo === null ? '' : `, valid to ${dayText(validTo)}`);
const pointsOf = ({ name }: Of<'PointsOpened', 'current'>): string =>
  name === null ? 'Points' : `Points ${quoted(name)}`;

const quoted = (text: string | null): string => (text === null ? 'without a title' : `“${text}”`);

const amountText = (amount: string, currency: string | null): string =>
  currency === null || !/^-?\d+(?:\.\d+)?$/.test(amount) ? amount : moneyText(withDecimals(amount, currency), currency);

/** "10" of euros as "10.00"; what has more decimals than its currency keeps them. */
const withDecimals = (amount: string, currency: string): string => {
  const [whole = '', decimals = ''] = amount.split('.');
  const wanted = decimals.padEnd(decimalsOf(currency), '0');
  return wanted === '' ? whole : `${whole}.${wanted}`;
};

/** "Order 7 corrected: amount 10 → 12". What others were judged from is told, the judgement is not. */
const changesOf = (what: string, previous: object, current: object): string => {
  const before = leavesOf(previous);
  const after = leavesOf(current);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const told = names.flatMap((name) => {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    return was === is ? [] : [`${wordsOf(name)} ${factText(name, was)} → ${factText(name, is)}`];
  });
  return told.length === 0 ? what : `${what}: ${told.join(', ')}`;
};

const factText = (name: string, value: string | null): string =>
  value === null ? 'empty' : DAYS.has(name) ? dayText(value) : value;

const DAYS: ReadonlySet<string> = new Set([
  'boughtOn',
  'validFrom',
  'validTo',
  'redeemedOn',
  'memberSince',
  'startsOn',
  'endsOn',
]);

const JUDGED: ReadonlySet<string> = new Set(['standing', 'counts', 'state', 'onPass', 'tierFrom', 'exists']);

/** Texts and flags by name; of parts such as personal ones, their own. */
const leavesOf = (facts: object): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(facts).flatMap(([name, value]): readonly (readonly [string, string])[] => {
      if (value === null || value === undefined || JUDGED.has(name)) return [];
      if (name === 'value') return [[name, moneyOf(value)]];
      return typeof value === 'object' ? [...leavesOf(value)] : [[name, String(value)]];
    }),
  );

const moneyOf = ({ minorUnits, currency }: NonNullable<Grant['value']>): string => {
  const decimals = decimalsOf(currency);
  const digits = String(minorUnits)
    .replace('-', '')
    .padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = String(minorUnits).startsWith('-') ? '-' : '';
  return moneyText(`${sign}${whole}${decimals === 0 ? '' : `.${digits.slice(-decimals)}`}`, currency);
};

const decimalsOf = (currency: string): number => {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // No currency by its form: it came so from the source, and does not count.
    return 0;
  }
};

/** "boughtOn" as "bought on". */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
