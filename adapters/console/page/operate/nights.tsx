import { Link } from 'wouter';
import type { ShownJob } from '../../../http/answers/jobs.ts';
import type { NightlyJob } from '../../../http/answers/nightly.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import { nextText, nightMeaning, nightText } from './nightText.ts';
import classes from './overview.module.css';
import { jobPath } from './rebuild/jobPath.ts';
import { isTroubled, jobOutcome } from './rebuild/jobWords.ts';

export type NightsProps = {
  readonly nightly: readonly NightlyJob[];
  /** The jobs of the last nights, as far as they are known. */
  readonly jobs: readonly ShownJob[];
};

/** What is done each night: what for, when next, and how it went. */
export const Nights = ({ nightly, jobs }: NightsProps) => (
  <ul className={classes.nights}>
    {nightly.map((night) => (
      <Night key={night.job} night={night} job={jobs.find(({ id }) => id === night.jobId) ?? null} />
    ))}
  </ul>
);

const Night = ({ night, job }: { readonly night: NightlyJob; readonly job: ShownJob | null }) => {
  const { title, text } = nightMeaning(night.job);
  const { last, nextAt, isDue } = night;
  return (
    <li>
      <div>
        <h3>{title}</h3>
        <p className={classes.soft}>{text}</p>
      </div>
      <dl>
        <div>
          <dt>Next</dt>
          <dd>
            {!isDue && (
              <>
                <Time at={nextAt} />,{' '}
              </>
            )}
            {nextText(night, Date.now())}
          </dd>
        </div>
        <div>
          <dt>Last</dt>
          <dd>
            {last === null ? (
              nightText(night)
            ) : (
              <>
                <Badge tone={toneOf(last.state, job)}>{nightText(night)}</Badge> <Time at={last.startedAt} />
              </>
            )}
            {job !== null && job.state !== 'running' && (
              <>
                <br />
                <Link href={jobPath(job.id)}>{jobOutcome(job)}</Link>
              </>
            )}
          </dd>
        </div>
      </dl>
    </li>
  );
};

const toneOf = (state: ShownJob['state'], job: ShownJob | null): Tone => {
  if (state === 'failed') return 'bad';
  if (state === 'running') return 'info';
  return job !== null && isTroubled(job) ? 'warn' : 'good';
};
