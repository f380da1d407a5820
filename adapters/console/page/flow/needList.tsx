import { Link } from 'wouter';
import type { Attention } from '../attention/attention.ts';
import { Time } from '../ui/time.tsx';
import classes from './needList.module.css';

export type NeedListProps = {
  readonly needs: readonly Attention[];
  /** Nobody answers: when somebody did last, ms since 1970. */
  readonly stillSince: number | null;
  /** A part that the address names and that there is not. */
  readonly unknown: string | null;
};

/** What somebody should know before they look at the picture, and links to what they should look at. */
export const NeedList = ({ needs, stillSince, unknown }: NeedListProps) => {
  // What is only under way shows in the picture itself.
  const pressing = needs.filter(({ tone }) => tone !== 'info');
  return (
    <div className={classes.above}>
      <div role="status">
        {stillSince !== null && (
          <p className={`${classes.need} ${classes.bad}`}>
            No answer: the picture is of <Time at={stillSince} seconds />
          </p>
        )}
        {unknown !== null && (
          <p className={`${classes.need} ${classes.warn}`}>There is no part named “{unknown}” here</p>
        )}
      </div>
      {pressing.length > 0 && (
        <ul className={classes.needs} aria-label="Needs attention">
          {pressing.map(({ tone, title, href }) => (
            <li key={title} className={`${classes.need} ${classes[tone]}`}>
              <Link href={href}>{title}</Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
