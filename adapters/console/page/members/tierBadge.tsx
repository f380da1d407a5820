import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import type { TierColors } from '../../../http/answers/drawnCards.ts';
import { getJson } from '../api/client.ts';
import classes from './tierBadge.module.css';

/** The tier in the colours of its card. null: the source has not said one. */
export const TierBadge = ({ tier }: { readonly tier: string | null }) => {
  const { data } = useQuery({
    queryKey: ['card-colors'],
    queryFn: ({ signal }) => getJson<TierColors>('/api/drawn-cards/colors', signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const colors = tier === null ? undefined : (data?.tiers[tier] ?? data?.usual);
  const style = colors === undefined ? {} : { '--tier-ground': colors.background, '--tier-text': colors.foreground };
  return (
    <span className={classes.tier} style={style as CSSProperties}>
      {tier ?? 'No tier'}
    </span>
  );
};
