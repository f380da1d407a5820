import type { MemberRecord, RecordField } from '../../../http/answers/records.ts';
import { Badge } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import classes from './records.module.css';

/** What the sources said of a record: each field, who said it last, and what for. */
export const RecordFields = ({ record }: { readonly record: MemberRecord }) => (
  <div className={classes.record}>
    <p className={classes.name}>
      <strong>{record.object ?? record.role}</strong> <code>{record.id}</code>
      {record.existence?.says === 'gone' && <Badge tone="bad">deleted</Badge>}
      {record.staleSince !== null && (
        <Badge tone="warn">
          out of date since <Time at={record.staleSince} />
        </Badge>
      )}
      {record.isElsewhere && <Badge tone="quiet">another member’s, or nobody’s</Badge>}
    </p>
    {record.existence !== null && (
      <p className={classes.soft}>
        {record.existence.says === 'gone' ? 'Gone' : 'Exists'}, as of <Time at={record.existence.vouchedAt} seconds />
      </p>
    )}
    {record.fields.length === 0 ? (
      <p className={classes.soft}>No source said anything of it.</p>
    ) : (
      <dl className={classes.fields}>
        {record.fields.map((field) => (
          <div key={field.field}>
            <dt>
              <code>{field.field}</code>
              {field.attribute !== null && <span className={classes.soft}> {field.attribute}</span>}
            </dt>
            <dd>
              <span className={classes.value}>{field.value ?? 'empty'}</span>
              <span className={classes.soft} title={`stamp ${field.stamp}`}>
                <SaidBy said={field.said} />
              </span>
            </dd>
          </div>
        ))}
      </dl>
    )}
  </div>
);

const SaidBy = ({ said }: Pick<RecordField, 'said'>) => {
  if (said.from === 'forgotten') return <>forgotten</>;
  return (
    <>
      modified <Time at={said.modifiedAt} seconds />,{' '}
      {said.from === 'event' ? (
        `from an event${said.commitNumber === null ? '' : ` (commit ${said.commitNumber})`}`
      ) : (
        <>
          from a row read <Time at={said.extractedAt} seconds />
        </>
      )}
    </>
  );
};
