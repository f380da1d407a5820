import * as O from 'fp-ts/lib/Option.js';
import { canonicalDecimal, type Money, type Pass } from '#domain/index.ts';
import { classIdOf, objectIdOf } from './objectId.ts';
import type { GoogleSettings } from './settings.ts';
import { shown } from './text.ts';
import { textModulesOf } from './textModules.ts';

/**
 * A member's card (walletobjects v1, LoyaltyObject), whole and absolute: null where there is nothing, so that a PATCH leaves nothing of an older one, in
 * whatever order they come. Lengths are those the types of the API recommend; an account id is never shortened, as it would be another one.
 */
export const loyaltyObjectOf = (settings: GoogleSettings, pass: Pass) => {
  const balances = balancesOf(settings, pass);
  const number = shown(pass.memberNumber, Number.POSITIVE_INFINITY);
  return {
    id: objectIdOf(settings, pass.memberId),
    classId: classIdOf(settings),
    state: pass.status === 'active' ? 'ACTIVE' : 'INACTIVE',
    accountId: number,
    accountName: shown([pass.holder.firstName, pass.holder.lastName].filter((name) => name !== null).join(' '), 20),
    barcode: number === null ? null : { type: settings.barcode, value: number, alternateText: number },
    loyaltyPoints: balances.at(0) ?? null,
    secondaryLoyaltyPoints: balances.at(1) ?? null,
    textModulesData: textModulesOf(settings, pass),
  };
};
export type LoyaltyObject = ReturnType<typeof loyaltyObjectOf>;

/** All four: exactly one is set, and a PATCH goes into what is nested. */
type Balance = {
  readonly string: string | null;
  readonly int: number | null;
  readonly double: null;
  readonly money: { readonly micros: string; readonly currencyCode: string } | null;
};

/** Points where the source keeps any, then what counts for the tier. */
const balancesOf = ({ words }: GoogleSettings, { points = [], tier }: Pass) => [
  ...points.flatMap(({ name, balance }) =>
    balance === null ? [] : [{ label: shown(name, 35) ?? words.points, balance: pointsBalance(balance) }],
  ),
  { label: words.spend, balance: moneyBalance(tier.qualifyingSpend) },
];

const NONE: Balance = { string: null, int: null, double: null, money: null };
const MOST_INT = 2 ** 31 - 1;

const pointsBalance = (balance: string): Balance => {
  const decimal = O.toNullable(canonicalDecimal(balance));
  const isInt = decimal !== null && !decimal.includes('.') && Math.abs(Number(decimal)) <= MOST_INT;
  return isInt ? { ...NONE, int: Number(decimal) } : { ...NONE, string: shown(decimal ?? balance, 35) ?? '–' };
};

/** Millionths of a unit, exact, in 64 bits. What is more, or less than nothing, is text: nothing says that Money may be below zero. */
const moneyBalance = ({ amount, currency }: Money): Balance => {
  const [whole = '0', fraction = ''] = amount.split('.');
  const micros = BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'));
  const isMoney = !amount.startsWith('-') && micros <= MOST_MICROS && /^[A-Z]{3}$/.test(currency);
  return isMoney
    ? { ...NONE, money: { micros: micros.toString(), currencyCode: currency } }
    : { ...NONE, string: `${amount} ${currency}`.trim() };
};
const MOST_MICROS = 2n ** 63n - 1n;
