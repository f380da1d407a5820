import type { TallyText } from '../../../../http/answers/jobs.ts';

type Sample = Extract<TallyText['samples'][number], { readonly changed: readonly string[] }>;

/** The passes of a comparison that were kept, in which that path differs; null: all. First those in which what differs is seldom. */
export const samplesOf = ({ samples, paths }: TallyText, path: string | null): readonly Sample[] => {
  const rarity = ({ changed }: Sample): number => Math.min(...changed.map((one) => paths[one] ?? 0));
  return samples
    .filter((sample): sample is Sample => 'changed' in sample)
    .filter(({ changed }) => path === null || changed.includes(path))
    .toSorted((a, b) => rarity(a) - rarity(b));
};
