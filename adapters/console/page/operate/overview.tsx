import { Link } from 'wouter';
import { useStatus } from '../api/status.ts';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';
import { type Attention, attentionOf } from './attention.ts';
import { nightText } from './nightText.ts';
import classes from './operate.module.css';

/** What needs somebody, and what can be done here. */
export const Overview = () => (
  <Page title="Operate" lead="What needs somebody’s attention, and what can be done about it.">
    <Panel title="Needs attention">
      <Needs />
    </Panel>
    <Panel title="Each night">
      <Nights />
    </Panel>
    <div className={classes.cards}>
      {DOINGS.map(({ what, title, text }) => (
        <section key={what} className={classes.card}>
          <h2>
            <Link href={`/operate/${what}`}>{title}</Link>
          </h2>
          <p className={classes.soft}>{text}</p>
        </section>
      ))}
    </div>
  </Page>
);

const Needs = () => {
  const { data: status, error } = useStatus();
  if (status === undefined) return error === null ? <Loading what="the status" /> : <Failure error={error} />;
  const found = attentionOf(status);
  if (found.length === 0)
    return <Empty title="Nothing needs attention">Nothing is in quarantine, parked, paused or given up on.</Empty>;
  return (
    <ul className={classes.attention}>
      {found.map((one) => (
        <Need key={one.title} {...one} />
      ))}
    </ul>
  );
};

const Need = ({ tone, title, text, href }: Attention) => (
  <li className={`${classes.item} ${classes[tone]}`}>
    <h3>{href === null ? title : <Link href={href}>{title}</Link>}</h3>
    <p>{text}</p>
  </li>
);

const Nights = () => {
  const { data: status } = useStatus();
  if (status === undefined) return <Loading what="the nights" />;
  return (
    <ul className={classes.attention}>
      {status.nightly.map((night) => (
        <li key={night.job} className={`${classes.item} ${classes.info}`}>
          <h3>{night.job}</h3>
          <p>{nightText(night)}</p>
          {night.last !== null && (
            <p>
              <Time at={night.last.startedAt} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
};

const DOINGS = [
  { what: 'sample', title: 'Try a change', text: 'Let somebody buy something, and watch it travel to the wallets.' },
  { what: 'files', title: 'Drop a file', text: 'Load an AppFlow file, and see what came of each row.' },
  { what: 'rebuild', title: 'Rebuild', text: 'Fold all events again, compare a new version, make it live.' },
  { what: 'pipes', title: 'Pause a pipe', text: 'Hold back what goes to passes or wallets; nothing is lost.' },
] as const;
