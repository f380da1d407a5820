import type { Pass, WalletEvent } from '#domain/index.ts';
import { moneyText } from '../ui/moneyText.ts';
import { promotionWords } from './promotionWords.ts';

/** What an event tells, in words, the weightiest first. before: the member's pass before it; null: nobody here has seen it. */
export const changeWords = (type: string, { changed, pass }: WalletEvent['detail']['data'], before: Pass | null) => {
  if (type === 'WalletPassIssued') return [nameOf(pass), tierWord(pass)].filter((word) => word !== null);
  const has = (path: string): boolean => changed.some((one) => one === path || one.startsWith(`${path}.`));
  return [
    has('status') ? (pass.status === 'active' ? 'Active again' : 'Membership ended') : null,
    has('tier.name') ? `Tier ${fromTo(before?.tier.name, pass.tier.name)}` : null,
    has('spend.lifetime') ? spendWords(before?.spend.lifetime ?? null, pass.spend.lifetime) : null,
    has('promotions') ? promotionWords(before?.promotions ?? null, pass.promotions) : null,
    has('points') ? pointsWords(before, pass) : null,
    has('tier.progress') && !has('tier.name')
      ? `Progress ${fromTo(before && percent(before.tier.progress), percent(pass.tier.progress))}`
      : null,
    has('holder') ? `Name ${fromTo(before && nameOf(before), nameOf(pass))}` : null,
    has('memberNumber') ? `Number ${fromTo(before?.memberNumber, pass.memberNumber)}` : null,
    has('memberSince') ? `Member since ${fromTo(before?.memberSince, pass.memberSince)}` : null,
    has('custom') ? customWords(before, pass, changed) : null,
    ...(changed.every(isMinor) ? minorWords(changed, before, pass) : []),
  ].filter((word) => word !== null);
};

const tierWord = ({ tier: { name } }: Pass): string => (name === null ? 'No tier yet' : `Tier ${name}`);

const nameOf = ({ holder: { firstName, lastName } }: Pass): string | null =>
  [firstName, lastName].filter((part) => part !== null).join(' ') || null;

/** before undefined or null: not known, or nothing. */
const fromTo = (before: string | null | undefined, after: string | null): string =>
  before === undefined || before === null || before === after ? (after ?? 'none') : `${before} → ${after ?? 'none'}`;

type Amounts = Pass['spend']['lifetime'];

/** Where it is known what there was before, only the currencies that differ. */
const spendWords = (before: Amounts | null, after: Amounts): string => {
  if (before === null) return `Spend in all ${amountsText(after)}`;
  const amountIn = (amounts: Amounts, currency: string): string =>
    amounts.find((one) => one.currency === currency)?.amount ?? '0';
  const currencies = [...new Set([...before, ...after].map(({ currency }) => currency))];
  const words = currencies
    .filter((currency) => amountIn(before, currency) !== amountIn(after, currency))
    .map((currency) => moneyFromTo(amountIn(before, currency), amountIn(after, currency), currency));
  return `Spend ${words.join(', ')}`;
};

const amountsText = (amounts: Amounts): string =>
  amounts.length === 0 ? 'none' : amounts.map(({ amount, currency }) => moneyText(amount, currency)).join(', ');

const moneyFromTo = (before: string, after: string, currency: string): string =>
  `${moneyText(before, '').trimEnd()} → ${moneyText(after, currency)}`;

const percent = (part: number): string => `${Math.round(part * 100)}\u00a0%`;

const pointsWords = (before: Pass | null, { points = [] }: Pass): string => {
  const were = new Map(before?.points?.map(({ name, balance }) => [name, balance]));
  const words = points
    .filter(({ name, balance }) => before === null || were.get(name) !== balance)
    .map(({ name, balance }) => `${name ?? 'Points'} ${fromTo(were.get(name), balance)}`);
  return words.length === 0 ? 'Points: none' : words.join(', ');
};

/** A single attribute is a path of its own; where all came or went together, "custom" is. */
const customWords = (before: Pass | null, { custom = {} }: Pass, changed: readonly string[]): string => {
  const named = changed.flatMap((path) => /^custom\.(.+)$/.exec(path)?.[1] ?? []);
  const names = named.length > 0 ? named : Object.keys({ ...before?.custom, ...custom });
  const words = names.map((name) => `${name} ${fromTo(before?.custom?.[name], custom[name] ?? null)}`);
  return words.length === 0 ? 'Attributes: none' : words.join(', ');
};

/** What changes beside something weightier, mostly: said where it changed alone. */
const isMinor = (path: string): boolean => MINOR.some(({ at }) => path.startsWith(at));
const MINOR: readonly { readonly at: string; readonly word: string; readonly value: (pass: Pass) => string }[] = [
  {
    ...{ at: 'tier.next', word: 'Next tier' },
    value: ({ tier: { next, qualifyingSpend } }) =>
      next === null ? 'none' : `${next.name} in ${moneyText(next.remaining, qualifyingSpend.currency)}`,
  },
  {
    ...{ at: 'tier.qualifyingSpend', word: 'Qualifying spend' },
    value: ({ tier: { qualifyingSpend } }) => amountsText([qualifyingSpend]),
  },
  {
    ...{ at: 'spend.last12Months', word: 'Spend of the last 12 months' },
    value: ({ spend }) => amountsText(spend.last12Months),
  },
  { ...{ at: 'spend.purchases', word: 'Purchases' }, value: ({ spend }) => spend.purchases.toLocaleString() },
  { ...{ at: 'spend.lastPurchaseOn', word: 'Last purchase' }, value: ({ spend }) => spend.lastPurchaseOn ?? 'none' },
];

const minorWords = (changed: readonly string[], before: Pass | null, pass: Pass): readonly string[] => {
  const words = MINOR.filter(({ at }) => changed.some((path) => path.startsWith(at))).map(
    ({ word, value }) => `${word} ${fromTo(before && value(before), value(pass))}`,
  );
  return words.length === 0 ? ['Sent again'] : words;
};
