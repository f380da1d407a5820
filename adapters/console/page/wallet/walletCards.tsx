import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Pass } from '#domain/index.ts';
import type { DrawnCards } from '../../../http/answers/drawnCards.ts';
import { sendJson } from '../api/client.ts';
import { Failure } from '../ui/failure.tsx';
import { AppleCard } from './appleCard.tsx';
import { GoogleCard } from './googleCard.tsx';
import classes from './walletCards.module.css';

export type WalletCardsProps = {
  readonly pass: Pass;
  /** What is drawn, where there are several: "Before", "Revision 3". */
  readonly label?: string;
};

/** A pass as its holder sees it in Apple's and in Google's wallet. While another one is drawn, the last one stays. */
export const WalletCards = ({ pass, label }: WalletCardsProps) => {
  const { data: drawn, error, refetch } = useDrawnCards(pass);
  const name = label === undefined ? 'The pass in both wallets' : `${label}: the pass in both wallets`;
  if (drawn === undefined && error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no form: two figures that belong together
    <div className={classes.cards} role="group" aria-label={name} aria-busy={drawn === undefined}>
      {drawn === undefined ? (
        <>
          <div className={classes.blank} />
          <div className={classes.blank} />
        </>
      ) : (
        <>
          <AppleCard card={drawn.apple} isConfigured={drawn.configured.apple} />
          <GoogleCard card={drawn.google} isConfigured={drawn.configured.google} />
        </>
      )}
    </div>
  );
};

/** A pass says all that its drawing depends on, so that one drawn before is there at once. */
const useDrawnCards = (pass: Pass) =>
  useQuery({
    queryKey: ['drawn-cards', pass],
    queryFn: () => sendJson<DrawnCards>('POST', '/api/drawn-cards', { pass }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
