import type { ReactNode } from 'react';
import classes from './states.module.css';

/** Nothing here, and why that is so, or what would change it. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <div className={classes.empty}>
    <p className={classes.title}>{title}</p>
    {children !== undefined && <div>{children}</div>}
  </div>
);
