import type { Pass } from '#domain/index.ts';

type Promotions = Pass['promotions'];

/** What came, is about to end, went or is another one now; before null: what there is. */
export const promotionWords = (before: Promotions | null, after: Promotions): string => {
  if (before === null) return after.length === 0 ? 'Promotions: none left' : `Promotions: ${titlesOf(after)}`;
  const was = (id: string): Promotions[number] | undefined => before.find((one) => one.id === id);
  const come = after.filter(({ id }) => was(id) === undefined);
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  const expiring = after.filter(({ id, state }) => state === 'expiring' && was(id)?.state === 'available');
  const revised = after.filter((one) => {
    const old = was(one.id);
    return old !== undefined && !expiring.includes(one) && JSON.stringify(old) !== JSON.stringify(one);
  });
  const words = [
    ...come.map((one) => `${titleOf(one)} available`),
    ...expiring.map((one) => `${titleOf(one)} about to end`),
    ...revised.map((one) => `${titleOf(one)} revised`),
    ...gone.map((one) => `${titleOf(one)} gone`),
  ];
  return words.length === 0 ? 'Promotions in another order' : words.join(', ');
};

const SHOWN = 3;

const titlesOf = (promotions: Promotions): string => {
  const titles = promotions.slice(0, SHOWN).map(titleOf).join(', ');
  return promotions.length > SHOWN ? `${titles} and ${promotions.length - SHOWN} more` : titles;
};

const titleOf = ({ title, id }: Promotions[number]): string => `“${title ?? id}”`;
