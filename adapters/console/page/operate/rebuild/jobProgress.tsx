import { useRef } from 'react';
import { Link } from 'wouter';
import type { ShownJob } from '../../../../http/answers/jobs.ts';
import { ProgressBar } from '../../ui/progressBar.tsx';
import classes from '../operate.module.css';
import { jobName, progressText, sizeOf } from './jobWords.ts';

export type JobProgressProps = { readonly job: ShownJob; readonly others: readonly ShownJob[] };

/** How far a job is. It goes on without anybody looking. */
export const JobProgress = ({ job, others }: JobProgressProps) => {
  const since = useRef({ walked: job.walked, at: Date.now() });
  const size = sizeOf(job, others);
  return (
    <div className={classes.stack}>
      <ProgressBar
        label={jobName(job)}
        value={job.walked}
        total={size === null ? null : Math.max(size, job.walked, 1)}
        told={progressText(job, size, since.current, Date.now())}
      />
      {job.request.type === 'promote' && (
        <p className={classes.soft}>
          To hold the pushes back, <Link href="/operate/pipes">pause the pipe publish</Link>: they wait until it is
          resumed.
        </p>
      )}
      {job.failure !== null && <p className={classes.soft}>In its way: {job.failure}</p>}
    </div>
  );
};
