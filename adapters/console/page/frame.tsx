import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { markUrl } from '../mark.ts';
import { views } from '../views.ts';
import { statusQuery } from './api/status.ts';
import { Connection } from './connection.tsx';
import classes from './frame.module.css';
import { Boundary } from './ui/boundary.tsx';
import { ownTimeZone, TimeZone } from './ui/timeZone.ts';

const TABS = [
  { path: views.flow, label: 'Flow' },
  { path: views.members, label: 'Members' },
  { path: views.live, label: 'Live' },
  { path: views.operate, label: 'Operate' },
] as const;

/** What stands around every view: where one is, where one can go, whether the service is there. */
export const Frame = ({ children }: { readonly children: ReactNode }) => {
  const [location] = useLocation();
  const main = useMainInSight(location);
  const programmes = useProgrammesZone();
  const own = ownTimeZone();
  const timeZone = programmes ?? own;
  return (
    <TimeZone value={timeZone}>
      <div className={classes.frame}>
        <a className={classes.skip} href="#main">
          Skip to the view
        </a>
        <header className={classes.header}>
          <Link href={views.flow} className={classes.name}>
            <img src={markUrl} alt="" width={26} height={26} />
            billfold
          </Link>
          <nav className={classes.tabs} aria-label="Views">
            {TABS.map(({ path, label }) => (
              <Link
                key={path}
                href={path}
                className={classes.tab}
                aria-current={isWithin(location, path) ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          </nav>
          <Connection />
        </header>
        <main id="main" className={classes.main} ref={main} tabIndex={-1}>
          {timeZone !== own && (
            <p className={classes.zone}>
              Times are told in {timeZone}, the programme’s time zone. Yours is {own}.
            </p>
          )}
          <Boundary key={location}>{children}</Boundary>
        </main>
      </div>
    </TimeZone>
  );
};

const isWithin = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

/** undefined: nobody has said yet. Of the status that is asked for anyway; drawn again only when it changes. */
const useProgrammesZone = (): string | undefined =>
  useQuery({ ...statusQuery, select: ({ store }) => store.timeZone }).data;

/** Another view begins at its top, for the eye and for the keyboard. */
const useMainInSight = (location: string) => {
  const main = useRef<HTMLElement>(null);
  const last = useRef(location);
  useEffect(() => {
    if (last.current === location) return;
    last.current = location;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return main;
};
