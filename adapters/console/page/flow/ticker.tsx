import { useId } from 'react';
import { Link } from 'wouter';
import type { WalletNews } from '../../../http/answers/flow.ts';
import { views } from '../../views.ts';
import { Empty } from '../ui/empty.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Time } from '../ui/time.tsx';
import classes from './ticker.module.css';
import { usePointedAt } from './usePointedAt.ts';

/** What the wallet bus carried last, newest first. */
export const Ticker = ({ lately }: { readonly lately: readonly WalletNews[] }) => {
  const heading = useId();
  const [shown, pointed] = usePointedAt(lately);
  return (
    <section className={classes.ticker} aria-labelledby={heading}>
      <div className={classes.head}>
        <h2 id={heading}>Last wallet events</h2>
        <Link href={views.live}>Follow them</Link>
      </div>
      {shown.length === 0 ? (
        <Empty title="None yet">Each change that a holder can see is listed here as it happens.</Empty>
      ) : (
        <ol {...pointed}>
          {shown.slice(0, SHOWN).map(({ sequence, type, memberId, memberNumber, changed, at }) => (
            <li key={sequence}>
              <span className={classes.when}>
                <Time at={at} seconds />
              </span>
              <Link href={memberPath(memberId)}>{memberNumber ?? memberId}</Link>
              <span className={classes.what}>{saidOf(type, changed)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};

const SHOWN = 6;

/** What holders call the parts of their pass. A tier’s numbers change with every purchase: that is no other tier. */
const PARTS: Readonly<Record<string, string>> = {
  ...{ tier: 'progress', holder: 'name', memberNumber: 'number', memberSince: 'date of entry', custom: 'attributes' },
  ...{ spend: 'spend', promotions: 'promotions', points: 'points', status: 'membership' },
};

/** The parts of the pass that changed. */
const saidOf = (type: string, changed: readonly string[]): string => {
  if (type === 'WalletPassIssued') return 'pass issued';
  if (type === 'WalletPassWithdrawn') return 'pass withdrawn';
  const parts = new Set(
    changed.map((path) => (path === 'tier.name' ? 'tier' : (PARTS[path.split('.')[0] ?? ''] ?? path))),
  );
  return parts.size === 0 ? 'pass updated' : `${[...parts].join(', ')} changed`;
};
