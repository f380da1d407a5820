import type { Delivery } from '../../../http/answers/deliveries.ts';
import { Time } from '../ui/time.tsx';
import classes from './deliveries.module.css';

/** What was tried, in order, and what was answered. */
export const Steps = ({ steps }: { readonly steps: Delivery['steps'] }) =>
  steps.length === 0 ? null : (
    <ol className={classes.steps}>
      {steps.map(({ step, of, at, outcome, status, reason, tries, durationMs }) => (
        <li key={`${step} ${of} ${at}`} data-outcome={outcome}>
          <span>
            {step}
            {of !== undefined && (
              <>
                {' '}
                <code>{of}</code>
              </>
            )}
            : {outcome}
            {status !== null && ` ${status}`}
            {reason !== null && ` ${reason}`}
          </span>
          <span className={classes.soft}>
            <Time at={at} seconds />, {tries === 1 ? '1 try' : `${tries} tries`}, {durationMs.toLocaleString()} ms
          </span>
        </li>
      ))}
    </ol>
  );
