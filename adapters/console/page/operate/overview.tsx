import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ShownJob } from '../../../http/answers/jobs.ts';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { getJson } from '../api/client.ts';
import { useStatus } from '../api/status.ts';
import { type Attention, attentionOf } from '../attention/attention.ts';
import { type Trouble, troublesOf } from '../attention/troubles.ts';
import { useFlow } from '../flow/useFlow.ts';
import { useFlowGraph } from '../flow/useFlowGraph.ts';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Time } from '../ui/time.tsx';
import { Nights } from './nights.tsx';
import classes from './operate.module.css';
import own from './overview.module.css';

/** What needs somebody, how the nights went, and what can be done here. */
export const Overview = () => {
  const { data: status, error } = useStatus();
  const jobs = useJobsOfNights(status?.nightly ?? []);
  const troubles = useTroubles();
  return (
    <Page title="Operate" lead="What needs somebody’s attention, and what can be done about it.">
      {status === undefined ? (
        error === null ? (
          <Loading what="the status" />
        ) : (
          <Failure error={error} />
        )
      ) : (
        <>
          <Panel title="Needs attention">
            <Needs found={attentionOf(status, { nightJobs: jobs, troubles })} />
          </Panel>
          <Panel title="Since the service started">
            <SinceStart status={status} />
          </Panel>
          <Panel title="Each night">
            <Nights nightly={status.nightly} jobs={jobs} />
          </Panel>
        </>
      )}
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
};

const useTroubles = (): readonly Trouble[] => {
  const { data: flow } = useFlow();
  const graph = useFlowGraph(flow);
  return flow === undefined ? [] : troublesOf(graph, flow.parts);
};

/** Asked for once each is over. */
const useJobsOfNights = (nightly: RuntimeStatus['nightly']): readonly ShownJob[] =>
  useQueries({
    queries: nightly.flatMap(({ jobId, last }) =>
      jobId === null
        ? []
        : [
            {
              queryKey: ['job', jobId, last?.state ?? null],
              queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
                getJson<ShownJob>(`/api/jobs/${encodeURIComponent(jobId)}`, signal),
              staleTime: 60_000,
            },
          ],
    ),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });

const Needs = ({ found }: { readonly found: readonly Attention[] }) => {
  if (found.length === 0)
    return (
      <div className={own.well}>
        <span className={own.mark} aria-hidden="true">
          ✓
        </span>
        <div>
          <h3>Nothing needs attention</h3>
          <p className={classes.soft}>
            Everything answers, and nothing is in quarantine, parked, paused or given up on.
          </p>
        </div>
      </div>
    );
  return (
    <ul className={classes.attention}>
      {found.map((one) => (
        <Need key={one.title} {...one} />
      ))}
    </ul>
  );
};

const SinceStart = ({ status: { startedAt, counts } }: { readonly status: RuntimeStatus }) => (
  <>
    <dl className={own.figures}>
      <Figure name="records read" value={counts.recordsRead} />
      <Figure name="events recorded" value={counts.eventsAppended} />
      <Figure name="passes issued" value={counts.passesIssued} />
      <Figure name="passes updated" value={counts.passesUpdated} />
      <Figure name="passes withdrawn" value={counts.passesWithdrawn} />
    </dl>
    <p className={classes.soft}>
      Since <Time at={startedAt} />.
    </p>
  </>
);

const Figure = ({ name, value }: { readonly name: string; readonly value: number }) => (
  <div className={own.figure}>
    <dt>{name}</dt>
    <dd>{value.toLocaleString()}</dd>
  </div>
);

const Need = ({ tone, title, text, href }: Attention) => (
  <li className={`${classes.item} ${classes[tone]}`}>
    <h3>
      <Link href={href}>{title}</Link>
    </h3>
    <p>{text}</p>
  </li>
);

const DOINGS = [
  { what: 'sample', title: 'Try a change', text: 'Let somebody buy something, and watch it travel to the wallets.' },
  { what: 'files', title: 'Drop a file', text: 'Load an AppFlow file, and see what came of each row.' },
  { what: 'rebuild', title: 'Rebuild', text: 'Fold all events again, compare a new version, make it live.' },
  { what: 'pipes', title: 'Pause a pipe', text: 'Hold back what goes to passes or wallets; nothing is lost.' },
  {
    what: 'forget',
    title: 'Forget a member',
    text: 'Destroy what is personal of who asks for it, with a certificate.',
  },
] as const;
