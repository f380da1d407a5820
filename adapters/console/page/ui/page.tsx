import { type ReactNode, useEffect } from 'react';
import classes from './page.module.css';

export type PageProps = {
  readonly title: string;
  /** One sentence of what is seen here. */
  readonly lead?: ReactNode;
  /** What can be done with all of it, beside the title. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
};

/** A view: its one h1, which is the tab's title too, and what it shows. */
export const Page = ({ title, lead, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · billfold`;
  }, [title]);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
};
