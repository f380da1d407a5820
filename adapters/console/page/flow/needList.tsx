import { Link } from 'wouter';
import classes from './needList.module.css';
import type { Need } from './needs.ts';

/** Links to what somebody should look at. */
export const NeedList = ({ needs }: { readonly needs: readonly Need[] }) =>
  needs.length === 0 ? null : (
    <ul className={classes.needs} aria-label="Needs attention">
      {needs.map(({ tone, title, href }) => (
        <li key={title} className={classes[tone]}>
          <Link href={href}>{title}</Link>
        </li>
      ))}
    </ul>
  );
