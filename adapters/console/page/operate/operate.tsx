import type { ComponentType } from 'react';
import { Link } from 'wouter';
import { views } from '../../views.ts';
import { useStatus } from '../api/status.ts';
import { NotFound } from '../notFound.tsx';
import { DeadLetters } from './deadLetters.tsx';
import { Files } from './files/files.tsx';
import { Forget } from './forget/forget.tsx';
import classes from './operate.module.css';
import { Overview } from './overview.tsx';
import { Parked } from './parked.tsx';
import { Pipes } from './pipes.tsx';
import { Quarantine } from './quarantine.tsx';
import { Rebuild } from './rebuild/rebuild.tsx';
import { Runs } from './runs.tsx';
import { Sample } from './sample/sample.tsx';

type Part = { readonly what: string; readonly label: string; readonly View: ComponentType };

const PARTS: readonly Part[] = [
  { what: 'sample', label: 'Try a change', View: Sample },
  { what: 'files', label: 'Files', View: Files },
  { what: 'rebuild', label: 'Rebuild', View: Rebuild },
  { what: 'quarantine', label: 'Quarantine', View: Quarantine },
  { what: 'parked', label: 'Parked members', View: Parked },
  { what: 'dead-letters', label: 'Dead letters', View: DeadLetters },
  { what: 'pipes', label: 'Pipes', View: Pipes },
  { what: 'runs', label: 'Flow runs', View: Runs },
  { what: 'forget', label: 'Forget a member', View: Forget },
];

/** What is done to a running billfold, each part at an address of its own. what null: what needs attention. */
export const Operate = ({ what }: { readonly what: string | null }) => {
  const part = PARTS.find((one) => one.what === what);
  if (what !== null && part === undefined) return <NotFound />;
  const View = part?.View ?? Overview;
  return (
    <div className={classes.operate}>
      <Parts what={what} />
      <div className={classes.part}>
        <View />
      </div>
    </div>
  );
};

const Parts = ({ what }: { readonly what: string | null }) => {
  const { data: status } = useStatus();
  const counts: Readonly<Record<string, number>> = {
    quarantine: status?.quarantined ?? 0,
    parked: status?.parked.members ?? 0,
    'dead-letters': Object.values(status?.deadLetters ?? {}).reduce((sum, count) => sum + count, 0),
    pipes: status?.paused.length ?? 0,
  };
  return (
    <nav className={classes.nav} aria-label="Parts of Operate">
      <PartLink href={views.operate} label="Overview" isHere={what === null} count={0} />
      {PARTS.map(({ what: name, label }) => (
        <PartLink
          key={name}
          href={`${views.operate}/${name}`}
          label={label}
          isHere={what === name}
          count={counts[name] ?? 0}
        />
      ))}
    </nav>
  );
};

/** On a phone they stand in a strip that is wider than the screen. Once: whoever scrolls on is left alone. */
const intoSight = (link: HTMLAnchorElement | null): void =>
  link?.scrollIntoView({ block: 'nearest', inline: 'center' });

type PartLinkProps = {
  readonly href: string;
  readonly label: string;
  readonly isHere: boolean;
  readonly count: number;
};

const PartLink = ({ href, label, isHere, count }: PartLinkProps) => (
  <Link
    href={href}
    className={classes.link}
    aria-current={isHere ? 'page' : undefined}
    ref={isHere ? intoSight : undefined}
  >
    {label}
    {count > 0 && <span className={classes.count}>{count.toLocaleString()}</span>}
  </Link>
);
