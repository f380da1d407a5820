import type { SourceText } from '../../../http/answers/why.ts';
import { rawText } from '../pass/valueText.ts';
import { Time } from '../ui/time.tsx';
import classes from './why.module.css';

/** The record behind something, and what its fields said of it: then, and today. */
export const SourceFields = ({ source: { object, id, goneSince, fields } }: { readonly source: SourceText }) => (
  <div className={classes.source}>
    <p>
      {object ?? 'Record'} <code>{id}</code>
      {goneSince !== null && (
        <>
          , deleted as of <Time at={goneSince} />
        </>
      )}
    </p>
    {fields.length > 0 && (
      <dl className={classes.fields}>
        {fields.map(({ field, change, today }) => (
          <div key={field}>
            <dt>
              <code>{field.slice(field.indexOf('.') + 1)}</code>
            </dt>
            <dd>
              <span className={classes.fieldValue}>{thenAndToday(change, today)}</span>
              <SaidBy today={today} />
            </dd>
          </div>
        ))}
      </dl>
    )}
  </div>
);

type Field = SourceText['fields'][number];

/** What the event told of it; and today's value, where that is another. */
const thenAndToday = (change: Field['change'], today: Field['today']): string => {
  const held = rawText(today?.value ?? null);
  if (change === null) return held;
  const told = rawText(change.after);
  const before = change.before === null ? '' : `${rawText(change.before)} → `;
  return `${before}${told}${told === held || today === null ? '' : ` (today ${held})`}`;
};

const SaidBy = ({ today }: Pick<Field, 'today'>) => {
  if (today === null) return <span className={classes.said}>not looked up, or never said</span>;
  if (today.from === 'forgotten') return <span className={classes.said}>forgotten</span>;
  return (
    <span className={classes.said}>
      {today.modifiedAt !== null && (
        <>
          modified <Time at={today.modifiedAt} seconds />,{' '}
        </>
      )}
      {today.from === 'event' ? (
        `from an event${today.commitNumber === null ? '' : ` (commit ${today.commitNumber})`}`
      ) : (
        <>
          from a row read <Time at={today.extractedAt} seconds />
        </>
      )}
    </span>
  );
};
