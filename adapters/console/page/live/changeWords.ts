import type { Pass, WalletEvent } from '#domain/index.ts';

/** What an event tells, in words, the weightiest first. before: the member's pass before it; null: nobody here has seen it. */
export const changeWords = (type: string, { changed, pass }: WalletEvent['detail']['data'], before: Pass | null) => {
  if (type === 'WalletPassIssued') return [tierWord(pass)];
  const has = (path: string): boolean => changed.some((one) => one === path || one.startsWith(`${path}.`));
  return [
    has('status') ? (pass.status === 'active' ? 'Active again' : 'Membership ended') : null,
    has('tier.name') ? `Tier ${fromTo(before?.tier.name, pass.tier.name)}` : null,
    has('spend.lifetime')
      ? `Spend ${fromTo(before && moneyText(before.spend.lifetime), moneyText(pass.spend.lifetime))}`
      : null,
    has('promotions') ? promotionWords(before?.promotions ?? null, pass.promotions) : null,
    has('points') ? 'Points' : null,
    has('tier.progress') && !has('tier.name')
      ? `Progress ${fromTo(before && percent(before.tier.progress), percent(pass.tier.progress))}`
      : null,
    has('holder') ? 'Name' : null,
    has('memberNumber') ? `Number ${fromTo(before?.memberNumber, pass.memberNumber)}` : null,
    has('memberSince') ? 'Member since' : null,
    has('custom') ? 'Attributes' : null,
    ...(changed.every(isMinor) ? [minorWords(changed)] : []),
  ].filter((word) => word !== null);
};

const tierWord = ({ tier: { name } }: Pass): string => (name === null ? 'No tier yet' : `Tier ${name}`);

/** before undefined: not known. */
const fromTo = (before: string | null | undefined, after: string | null): string =>
  before === undefined || before === null || before === after ? (after ?? 'none') : `${before} → ${after ?? 'none'}`;

const moneyText = (amounts: Pass['spend']['lifetime']): string =>
  amounts.length === 0 ? 'none' : amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');

const percent = (part: number): string => `${Math.round(part * 100)} %`;

const promotionWords = (before: Pass['promotions'] | null, after: Pass['promotions']): string => {
  if (before === null) return 'Promotions';
  const title = ({ title: text, id }: Pass['promotions'][number]): string => text ?? id;
  const come = after.filter(({ id }) => !before.some((one) => one.id === id));
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  const expiring = after.filter(
    ({ id, state }) => state === 'expiring' && before.some((one) => one.id === id && one.state !== 'expiring'),
  );
  const words = [
    ...come.map((one) => `“${title(one)}” available`),
    ...expiring.map((one) => `“${title(one)}” about to end`),
    ...gone.map((one) => `“${title(one)}” gone`),
  ];
  return words.length === 0 ? 'Promotions' : words.join(', ');
};

/** What changes beside something weightier, mostly: said where it changed alone. */
const isMinor = (path: string): boolean => MINOR.some(({ at }) => path.startsWith(at));
const MINOR = [
  { at: 'tier.next', word: 'Way to the next tier' },
  { at: 'tier.qualifyingSpend', word: 'Qualifying spend' },
  { at: 'spend.last12Months', word: 'Spend of the last 12 months' },
  { at: 'spend.purchases', word: 'Purchases' },
  { at: 'spend.lastPurchaseOn', word: 'Last purchase' },
] as const;

const minorWords = (changed: readonly string[]): string => {
  const words = MINOR.filter(({ at }) => changed.some((path) => path.startsWith(at))).map(({ word }) => word);
  return words.length === 0 ? 'Sent again' : words.join(', ');
};
