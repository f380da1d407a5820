import type { ShownJob } from '../../../../http/answers/jobs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import classes from '../operate.module.css';
import { durationText } from '../words.ts';
import type { Ask } from './ask.ts';
import { hasDetail } from './jobDetail.tsx';
import { isTroubled, jobName, jobOutcome } from './jobWords.ts';

export type JobListProps = {
  readonly jobs: readonly ShownJob[];
  readonly ask: Ask;
  readonly onShow: (jobId: string) => void;
};

/** Newest first. One that failed can be gone on with where it stopped. */
export const JobList = ({ jobs, ask, onShow }: JobListProps) => {
  if (jobs.length === 0) return <Empty title="No job so far">A replay, a comparison or a check is listed here.</Empty>;
  const columns: readonly Column<ShownJob>[] = [
    { title: 'Job', cell: jobName },
    { title: 'State', cell: (job) => <State job={job} /> },
    { title: 'Outcome', cell: (job) => (job.state === 'running' ? '' : jobOutcome(job)) },
    { title: 'Began', cell: ({ startedAt }) => <Time at={startedAt} seconds /> },
    { title: 'Took', isNumber: true, cell: tookText },
    {
      title: 'Do',
      cell: (job) => (
        <div className={classes.actions}>
          {job.state === 'failed' && (
            <Button isDisabled={ask.isBusy} onPress={() => ask.start({ resume: job.id })}>
              Resume
            </Button>
          )}
          {hasDetail(job) && (
            <Button aria-label={`Show ${jobName(job)}`} onPress={() => onShow(job.id)}>
              Show
            </Button>
          )}
        </div>
      ),
    },
  ];
  return <Table label="Jobs so far" columns={columns} rows={jobs} idOf={({ id }) => id} />;
};

const State = ({ job }: { readonly job: ShownJob }) => {
  if (job.state === 'running') return <Badge tone="info">running</Badge>;
  if (job.state === 'failed') return <Badge tone="bad">failed</Badge>;
  return <Badge tone={isTroubled(job) ? 'warn' : 'good'}>done</Badge>;
};

const tookText = ({ startedAt, endedAt }: ShownJob): string =>
  endedAt === null ? '' : durationText(Date.parse(endedAt) - Date.parse(startedAt));
