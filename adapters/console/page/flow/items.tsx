import { Link } from 'wouter';
import type { FlowItem } from '../../../http/answers/flow.ts';
import { memberPath } from '../ui/memberPath.ts';
import { Time } from '../ui/time.tsx';
import classes from './details.module.css';
import { usePointedAt } from './usePointedAt.ts';

/** What passed, waits or is dead: what it is, whose, since when; never what is in it. */
export const Items = ({ title, items }: { readonly title: string; readonly items: readonly FlowItem[] }) => {
  const [shown, pointed] = usePointedAt(items);
  return (
    <div className={classes.items}>
      <h4>{title}</h4>
      <ol {...pointed}>
        {shown.map(({ id, what, at, memberId, tries, reason }) => (
          <li key={id}>
            <span className={classes.when}>
              <Time at={at} seconds />
            </span>
            <span className={classes.what}>
              {what}
              {memberId !== null && (
                <>
                  {' '}
                  <Link href={memberPath(memberId)}>
                    <code>{memberId}</code>
                  </Link>
                </>
              )}
              {tries !== null && tries > 0 && (
                <span className={classes.tries}> after {tries === 1 ? 'one try' : `${tries} tries`}</span>
              )}
              {reason !== null && <span className={classes.reason}>{reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
};
