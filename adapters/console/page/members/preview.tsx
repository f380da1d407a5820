import { useEffect, useState } from 'react';
import { useCurrentPass } from '../api/currentPass.ts';
import { WalletCards } from '../wallet/walletCards.tsx';
import classes from './members.module.css';

/** The pass of the member that one points at, where there is room for it. It follows only whoever stays for a moment. */
export const Preview = ({ memberId }: { readonly memberId: string | null }) => {
  const settled = useSettled(memberId);
  const isWide = useIsWide();
  const { data } = useCurrentPass(isWide ? settled : null);
  if (!isWide) return null;
  return (
    <aside className={classes.preview} aria-label="The pass of the member in hand">
      {data?.pass !== undefined && <WalletCards pass={data.pass} />}
    </aside>
  );
};

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
