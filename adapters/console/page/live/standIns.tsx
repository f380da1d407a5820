import { Link } from 'wouter';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';
import classes from './deliveries.module.css';
import { Faults } from './faults.tsx';
import { type StandInsText, useHasStandIns, useStandIns } from './standInQueries.ts';

/** What the phones of this machine saw, and how to trouble those who stand in for Apple and Google. Not there where passes go to the real ones. */
export const StandIns = () => (useHasStandIns() ? <Seen /> : null);

const Seen = () => {
  const { data, error, refetch } = useStandIns();
  return (
    <>
      <Panel title="Try a fault">
        <Faults ordered={data?.apns.faults ?? 0} />
      </Panel>
      <Panel title="Phones">
        {data === undefined ? (
          error === null ? (
            <Loading what="the phones" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <Phones {...data} />
        )}
      </Panel>
    </>
  );
};

const Phones = ({ phones, apns, google }: StandInsText) => (
  <>
    <p className={classes.soft}>
      {phones.length} {phones.length === 1 ? 'pass' : 'passes'} on phones of this machine, {google.objects} in Google
      Wallet.
    </p>
    {phones.length === 0 && (
      <Empty title="No phone holds a pass yet">
        The first passes that are issued are added to phones by themselves.
      </Empty>
    )}
    <Last title="Last pushes" items={apns.pushes.slice(-SHOWN).toReversed()}>
      {({ phone, status }) => (
        <>
          <code>{phone ?? 'a phone that is gone'}</code> {status ?? 'not answered'}
        </>
      )}
    </Last>
    <Last title="Last calls of Google" items={google.calls.slice(-SHOWN).toReversed()}>
      {({ call, status }) => (
        <>
          {call} {status}
        </>
      )}
    </Last>
    <ul className={classes.phones}>
      {phones.slice(0, SHOWN).map(({ phone, memberId, fetched, shows }) => (
        <li key={`${phone} ${memberId}`}>
          <code>{phone}</code> shows <Link href={memberPath(memberId)}>{frontOf(shows) || memberId}</Link>
          <span className={classes.soft}>
            , {fetched === 0 ? 'not fetched again yet' : fetched === 1 ? 'fetched once' : `fetched ${fetched} times`}
          </span>
        </li>
      ))}
    </ul>
  </>
);

const SHOWN = 8;

type LastProps<Item> = {
  readonly title: string;
  readonly items: readonly Item[];
  readonly children: (item: Item) => React.ReactNode;
};

const Last = <Item extends { readonly at: string; readonly status: number | null }>(props: LastProps<Item>) => {
  const { title, items, children } = props;
  if (items.length === 0) return null;
  return (
    <details className={classes.last}>
      <summary>{title}</summary>
      <ol className={classes.steps}>
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several may come at once, and all are drawn anew.
          <li key={`${item.at} ${index}`} data-outcome={item.status !== null && item.status < 300 ? 'ok' : 'failed'}>
            <span>{children(item)}</span>
            <span className={classes.soft}>
              <Time at={item.at} seconds />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
};

/** The first values on the front of the pass. */
const frontOf = (shows: Readonly<Record<string, unknown>>): string =>
  Object.values(shows)
    .filter((value) => typeof value === 'string' && value !== '')
    .slice(0, 2)
    .join(', ');
