import { isJsonObject, type Pass } from '#domain/index.ts';

/** How a value is shown where nobody says otherwise. */
export type Kind = 'text' | 'date' | 'number' | 'percent' | 'money';
/** What is found under a path: a value, a list of things, things by names that the mapping gives, or things by known names. */
export type Shape = Kind | readonly [Shape] | { readonly byName: Shape } | { readonly fields: Fields };
type Fields = Readonly<Record<string, Shape>>;

/** The pass as a template sees it. */
export type PassView = Readonly<Record<string, unknown>>;

/** What is left to buy for the next tier is an amount, as all others. */
export const viewOf = ({ tier, ...pass }: Pass): PassView => {
  const { qualifyingSpend, next } = tier;
  const inItsCurrency = (amount: string) => ({ amount, currency: qualifyingSpend.currency });
  const { name, threshold, remaining } = next ?? {};
  const said = { name, threshold: inItsCurrency(threshold ?? ''), remaining: inItsCurrency(remaining ?? '') };
  return { ...pass, tier: { ...tier, next: next === null ? null : said } };
};

const custom: Shape = { byName: 'text' };
export const passShape: Shape = {
  fields: {
    ...{ memberId: 'text', memberNumber: 'text', status: 'text', memberSince: 'date' },
    holder: { fields: { firstName: 'text', lastName: 'text' } },
    tier: {
      fields: {
        name: 'text',
        qualifyingSpend: 'money',
        next: { fields: { name: 'text', threshold: 'money', remaining: 'money' } },
        progress: 'percent',
      },
    },
    spend: {
      fields: { lifetime: ['money'], last12Months: ['money'], purchases: 'number', lastPurchaseOn: 'date' },
    },
    promotions: [
      {
        fields: {
          ...{ id: 'text', title: 'text', validFrom: 'date', validTo: 'date', state: 'text' },
          ...{ value: 'money', custom },
        },
      },
    ],
    points: [{ fields: { name: 'text', balance: 'number' } }],
    custom,
  },
};

const MONEY: Fields = { amount: 'number', currency: 'text' };
const NAMED = (value: Shape): Fields => ({ name: 'text', value });

/** Of a shape, what stands under names; null: nothing does. */
export const fieldsOf = (shape: Shape): Fields | null => {
  if (shape === 'money') return MONEY;
  if (typeof shape === 'string' || 'byName' in shape) return null;
  return 'fields' in shape ? shape.fields : fieldsOf(shape[0]);
};

/** Of what is gone through one by one: an element, or a name with its value. null: there is nothing to go through. */
export const elementOf = (shape: Shape): Shape | null => {
  if (typeof shape === 'string' || 'fields' in shape) return null;
  return 'byName' in shape ? { fields: NAMED(shape.byName) } : shape[0];
};

/** Elements as elementOf says they are. */
export const elementsOf = (found: readonly unknown[], shape: Shape): readonly unknown[] =>
  typeof shape === 'object' && 'byName' in shape
    ? found.filter(isJsonObject).flatMap((named) => Object.entries(named).map(([name, value]) => ({ name, value })))
    : found;
