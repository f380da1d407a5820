import type { ReactNode } from 'react';
import classes from './said.module.css';

export type SaidProps = { readonly tone?: 'good' | 'bad' | 'info'; readonly children?: ReactNode };

/** What came of what was asked for: seen, and heard without looking. Stands there empty before, or it would not be heard. */
export const Said = ({ tone = 'info', children }: SaidProps) => (
  <div
    role="status"
    className={children == null || children === false ? classes.silent : `${classes.said} ${classes[tone]}`}
  >
    {children}
  </div>
);
