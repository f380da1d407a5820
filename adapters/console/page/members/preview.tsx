import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { CurrentPass } from '../../../http/answers/passes.ts';
import { ApiFailure, getJson } from '../api/client.ts';
import { WalletCards } from '../wallet/walletCards.tsx';
import classes from './members.module.css';

/** The pass of the member that one points at, where there is room for it. It follows only whoever stays for a moment. */
export const Preview = ({ memberId }: { readonly memberId: string | null }) => {
  const settled = useSettled(memberId);
  const isWide = useIsWide();
  const { data } = useQuery({
    queryKey: ['pass', settled],
    queryFn: ({ signal }) => currentPass(settled ?? '', signal),
    enabled: isWide && settled !== null,
    placeholderData: keepPreviousData,
  });
  if (!isWide) return null;
  return (
    <aside className={classes.preview} aria-label="The pass of the member in hand">
      {data?.pass !== undefined && <WalletCards pass={data.pass} />}
    </aside>
  );
};

/** null: a member without a pass. */
const currentPass = (memberId: string, signal: AbortSignal): Promise<CurrentPass | null> =>
  getJson<CurrentPass>(`/api/passes/${encodeURIComponent(memberId)}`, signal).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.status === 404) return null;
    throw error;
  });

const SETTLED_MS = 180;

const useSettled = (memberId: string | null): string | null => {
  const [settled, setSettled] = useState(memberId);
  useEffect(() => {
    if (settled === null) return setSettled(memberId);
    const timer = setTimeout(() => setSettled(memberId), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [memberId, settled]);
  return settled;
};

const WIDE = '(min-width: 68rem)';

const useIsWide = (): boolean => {
  const [isWide, setIsWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const query = matchMedia(WIDE);
    const look = () => setIsWide(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return isWide;
};
