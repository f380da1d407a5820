import { Link } from 'wouter';
import type { ShownJob, TallyText } from '../../../../http/answers/jobs.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { memberPath } from '../../ui/memberPath.ts';
import { type Column, Table } from '../../ui/table.tsx';
import classes from '../operate.module.css';
import type { Ask } from './ask.ts';
import { DiffReport } from './diffReport.tsx';
import { jobOutcome } from './jobWords.ts';

/** A job that left more than numbers: what a comparison found, or members to look at. */
export const hasDetail = (job: ShownJob): boolean =>
  job.state !== 'running' && (job.request.type === 'diff' || reportOf(job).samples.length > 0);

/** Of a promotion the comparison before it. */
const reportOf = ({ tally, comparison }: ShownJob): TallyText =>
  comparison !== null && tally.samples.length === 0 ? comparison : tally;

export const JobDetail = ({ job, ask }: { readonly job: ShownJob; readonly ask: Ask }) => {
  const report = reportOf(job);
  const isComparison = job.request.type === 'diff' || report === job.comparison;
  if (isComparison && job.state === 'done') return <DiffReport tally={report} />;
  return (
    <div className={classes.stack}>
      <p>{jobOutcome(job)}</p>
      <Table
        label="Members to look at"
        columns={job.request.type === 'verify' ? [...COLUMNS, mendBy(ask)] : COLUMNS}
        rows={report.samples}
        idOf={(sample) => JSON.stringify(sample)}
      />
    </div>
  );
};

type Sample = TallyText['samples'][number];

const COLUMNS: readonly Column<Sample>[] = [
  {
    title: 'Member',
    cell: ({ memberId }) => (
      <Link href={memberPath(memberId)}>
        <code>{memberId}</code>
      </Link>
    ),
  },
  {
    title: 'What',
    cell: (sample) => <Badge tone="warn">{'what' in sample ? driftOf(sample.what) : 'to look at'}</Badge>,
  },
  {
    title: 'From version',
    cell: (sample) =>
      'what' in sample && sample.firstVersion !== null ? (
        <Link href={`${memberPath(sample.memberId)}?at=${sample.firstVersion}`}>{sample.firstVersion}</Link>
      ) : (
        '–'
      ),
  },
  { title: 'Where', cell: (sample) => <span className={classes.soft}>{whereOf(sample)}</span> },
];

/** What is stored is made again from the log, which is right. */
const mendBy = (ask: Ask): Column<Sample> => ({
  title: 'Do',
  cell: ({ memberId }) => (
    <Button
      isDisabled={ask.isBusy}
      aria-label={`Fold ${memberId} again`}
      onPress={() => ask.start({ type: 'replay', memberId })}
    >
      Fold again
    </Button>
  ),
});

const driftOf = (what: string): string => (what === 'missing' ? 'nothing is stored' : `${what} differs`);

const whereOf = (sample: Sample): string =>
  'what' in sample
    ? sample.paths.join(', ')
    : Object.entries(sample)
        .filter(([name]) => name !== 'memberId')
        .map(([name, value]) => `${name}: ${typeof value === 'string' || typeof value === 'number' ? value : ''}`)
        .join(', ');
