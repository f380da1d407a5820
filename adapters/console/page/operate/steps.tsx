import { useEffect, useState } from 'react';
import type { Step } from './step.ts';
import classes from './steps.module.css';
import { durationText } from './words.ts';

export type StepsProps = {
  readonly label: string;
  readonly steps: readonly Step[];
  /** Epoch ms, from where on time is counted. */
  readonly since: number;
};

/** What is done one after the other, each with the time it took to get there. */
export const Steps = ({ label, steps, since }: StepsProps) => (
  <ol className={classes.steps} aria-label={label}>
    {steps.map((step) => (
      <OneStep key={step.id} step={step} since={since} />
    ))}
  </ol>
);

const OneStep = ({ step, since }: { readonly step: Step; readonly since: number }) => {
  const { title, text, state, at } = step;
  const isNew = useJustNow(state);
  return (
    <li className={`${classes.step} ${classes[state]} ${isNew ? classes.fresh : ''}`}>
      <span className={classes.dot} role="img" aria-label={SAID[state]}>
        {MARKS[state]}
      </span>
      <div className={classes.words}>
        <h3>
          {title}
          {state === 'waiting' && <span className={classes.wait}> …</span>}
        </h3>
        <p>{text}</p>
      </div>
      <span className={classes.time}>{at === null ? '' : at <= since ? '0 ms' : `+${durationText(at - since)}`}</span>
    </li>
  );
};

const MARKS: Readonly<Record<Step['state'], string>> = { done: '✓', waiting: '', failed: '!', skipped: '–' };
const SAID: Readonly<Record<Step['state'], string>> = {
  ...{ done: 'Done', waiting: 'Not yet', failed: 'Failed', skipped: 'Left out' },
};

/** For the moment in which a step is done. */
const useJustNow = (state: Step['state']): boolean => {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    const timer = setTimeout(() => setSeen(state), 900);
    return () => clearTimeout(timer);
  }, [state]);
  return seen !== state;
};
