import type { Pass } from '#domain/index.ts';
import { shortDay } from '../ui/days.ts';
import { moneyText } from '../ui/moneyText.ts';

/** A value of the pass as a person calls it. path: as the service does, to ask why. */
export type PassValue = { readonly path: string; readonly label: string; readonly text: string };
export type ValueGroup = { readonly title: string; readonly values: readonly PassValue[] };

/** Everything that stands on a pass, to be read without drawing it. */
export const valuesOf = (pass: Pass): readonly ValueGroup[] =>
  [
    { title: 'Tier', values: tierOf(pass) },
    { title: 'Spend', values: spendOf(pass) },
    {
      title: 'Promotions',
      values: [
        ...pass.promotions.map(({ id, title, validTo, value }) => ({
          path: `promotions.${id}`,
          label: title ?? id,
          text: [value === null ? null : amount(value), validTo === null ? 'no end' : `to ${shortDay(validTo)}`]
            .filter((part) => part !== null)
            .join(', '),
        })),
        { path: 'promotions', label: 'On the pass', text: String(pass.promotions.length) },
      ],
    },
    { title: 'Holder', values: holderOf(pass) },
    {
      title: 'Points',
      values: (pass.points ?? []).map(({ name, balance }) => ({
        path: 'points',
        label: name ?? 'Points',
        text: balance ?? NONE,
      })),
    },
    {
      title: 'More',
      values: Object.entries(pass.custom ?? {}).map(([name, text]) => ({
        path: `custom.${name}`,
        label: name,
        text: text ?? NONE,
      })),
    },
  ].filter(({ values }) => values.length > 0);

const NONE = 'none';
const amount = (money: { readonly amount: string; readonly currency: string }): string =>
  moneyText(money.amount, money.currency);

const tierOf = ({ tier: { name, qualifyingSpend, next, progress } }: Pass): readonly PassValue[] => [
  { path: 'tier.name', label: 'Tier', text: name ?? NONE },
  { path: 'tier.qualifyingSpend', label: 'Qualifying spend', text: amount(qualifyingSpend) },
  {
    path: 'tier.next',
    label: 'Next tier',
    text: next === null ? 'none above' : `${next.name}, ${moneyText(next.remaining, qualifyingSpend.currency)} to go`,
  },
  { path: 'tier.progress', label: 'Progress', text: `${Math.round(progress * 100)} %` },
];

const spendOf = ({ spend: { lifetime, last12Months, purchases, lastPurchaseOn } }: Pass): readonly PassValue[] => [
  { path: 'spend.lifetime', label: 'Lifetime', text: lifetime.map(amount).join(' + ') || NONE },
  { path: 'spend.last12Months', label: 'Last twelve months', text: last12Months.map(amount).join(' + ') || NONE },
  { path: 'spend.purchases', label: 'Purchases', text: String(purchases) },
  {
    path: 'spend.lastPurchaseOn',
    label: 'Last purchase',
    text: lastPurchaseOn === null ? NONE : shortDay(lastPurchaseOn),
  },
];

const holderOf = ({ holder, memberNumber, memberSince, status }: Pass): readonly PassValue[] => [
  { path: 'status', label: 'Status', text: status },
  { path: 'memberNumber', label: 'Number', text: memberNumber ?? NONE },
  { path: 'holder.firstName', label: 'First name', text: holder.firstName ?? NONE },
  { path: 'holder.lastName', label: 'Last name', text: holder.lastName ?? NONE },
  { path: 'memberSince', label: 'Member since', text: memberSince === null ? NONE : shortDay(memberSince) },
];
