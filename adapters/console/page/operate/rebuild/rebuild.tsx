import { useLocation, useSearch } from 'wouter';
import { views } from '../../../views.ts';
import { ApiFailure } from '../../api/client.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Said } from '../../ui/said.tsx';
import classes from '../operate.module.css';
import { Candidate } from './candidate.tsx';
import { Checks } from './checks.tsx';
import { hasDetail, JobDetail } from './jobDetail.tsx';
import { JobList } from './jobList.tsx';
import { jobPath } from './jobPath.ts';
import { JobProgress } from './jobProgress.tsx';
import { isRunning, useJobs, useProjections, useStartJob } from './jobs.ts';
import { isTroubled, jobName, jobOutcome } from './jobWords.ts';
import { Live } from './live.tsx';
import { wasReplaced } from './way.ts';

/** What is done to all members at once: folded again, compared, promoted, verified, reconciled. */
export const Rebuild = () => {
  const asked = [useJobs(), useProjections()] as const;
  const [{ data: jobs }, { data: projections }] = asked;
  const start = useStartJob();
  const failed = asked.find(({ error }) => error !== null);
  const shown = new URLSearchParams(useSearch()).get('job');
  const [, navigate] = useLocation();
  const setShown = (jobId: string | null): void =>
    navigate(jobId === null ? views.operation.replace(':what', 'rebuild') : jobPath(jobId), {
      replace: jobId === null,
    });
  if (jobs === undefined || projections === undefined)
    return (
      <Page title="Rebuild">
        {failed === undefined ? (
          <Loading what="the jobs" />
        ) : (
          <Failure error={failed.error} onRetry={() => void failed.refetch()} />
        )}
      </Page>
    );
  const running = jobs.find(isRunning) ?? null;
  const started = start.data === undefined ? null : (jobs.find(({ id }) => id === start.data.id) ?? null);
  const detailed = shown === null ? jobs.find(hasDetail) : jobs.find(({ id }) => id === shown);
  const ask = { start: start.mutate, isBusy: running !== null || start.isPending };
  return (
    <Page
      title="Rebuild"
      lead="Passes are folded from events, so they can be folded again: all of them, or by a new version first beside the live one."
    >
      {running !== null && (
        <div className={classes.underWay}>
          <Panel title="Under way">
            <JobProgress key={running.id} job={running} others={jobs} />
          </Panel>
        </div>
      )}
      <Said tone={started !== null && isTroubled(started) ? 'bad' : 'good'}>
        {started !== null && !isRunning(started) && (
          <>
            <strong>{jobName(started)}.</strong> {jobOutcome(started)}
          </>
        )}
      </Said>
      {start.error !== null && (running !== null || !isBusy(start.error)) && <Failure error={start.error} />}
      <Live projections={projections} ask={ask} />
      {projections.candidates.map((ref) => (
        <Candidate
          key={ref}
          projection={ref}
          isBefore={projections.canGoBack && wasReplaced(jobs, ref)}
          {...{ jobs, ask }}
          onShow={setShown}
        />
      ))}
      {detailed !== undefined && (
        <Panel title={jobName(detailed)}>
          <JobDetail key={detailed.id} job={detailed} ask={ask} />
        </Panel>
      )}
      <Checks ask={ask} />
      <Panel title="Jobs so far">
        <div className={classes.stack}>
          <JobList jobs={jobs} ask={ask} onShow={setShown} />
        </div>
      </Panel>
    </Page>
  );
};

/** Another tab was faster. Said while that one runs. */
const isBusy = (error: unknown): boolean => error instanceof ApiFailure && error.status === 409;
