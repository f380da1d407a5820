import type { EventTold, WhyAnswer } from '../../../http/answers/why.ts';
import { valueText } from '../pass/valueText.ts';
import { Button } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import { originText } from './originText.ts';
import { SourceFields } from './sourceFields.tsx';
import classes from './why.module.css';

export type WhyStepsProps = {
  readonly answer: WhyAnswer;
  readonly onVersion: (version: number) => void;
};

/** The events that made the value what it is, the last one first. */
export const WhySteps = ({ answer: { steps, hasEarlierSteps }, onVersion }: WhyStepsProps) => {
  const [last, ...earlier] = steps.toReversed();
  if (last === undefined) return <p className={classes.soft}>No event ever changed it.</p>;
  return (
    <section className={classes.part}>
      <h3>{last.before === null && last.after === null ? 'Last told by' : 'Last changed by'}</h3>
      <Step step={last} onVersion={onVersion} />
      {earlier.length > 0 && (
        <details className={classes.details}>
          <summary>Before that ({earlier.length})</summary>
          <div className={classes.list}>
            {earlier.map((step) => (
              <Step key={step.version} step={step} onVersion={onVersion} />
            ))}
          </div>
        </details>
      )}
      {hasEarlierSteps && <p className={classes.soft}>Earlier ones are in the timeline.</p>}
    </section>
  );
};

type StepProps = {
  readonly step: WhyAnswer['steps'][number];
  readonly onVersion: (version: number) => void;
};
const Step = ({ step, onVersion }: StepProps) => (
  <div className={classes.step}>
    {!(step.before === null && step.after === null) && (
      <p className={classes.change}>
        {valueText(step.before)} → <strong>{valueText(step.after)}</strong>
      </p>
    )}
    <EventLine event={step} onVersion={onVersion} />
    <SourceFields source={step.source} />
  </div>
);

export type EventLineProps = { readonly event: EventTold; readonly onVersion: (version: number) => void };

export const EventLine = ({ event, onVersion }: EventLineProps) => (
  <p className={classes.event}>
    <code>{event.type}</code>, recorded <Time at={event.recordedAt} seconds /> in the {event.lane} lane, from{' '}
    {originText(event.origin)}. <Button onPress={() => onVersion(event.version)}>See version {event.version}</Button>
  </p>
);
