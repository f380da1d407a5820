import { useState } from 'react';
import type { MemberThen } from '../../../http/answers/member.ts';
import { isNotFound } from '../api/client.ts';
import { passChanges } from '../pass/passChanges.ts';
import { endOfDayBefore } from '../ui/days.ts';
import { Failure } from '../ui/failure.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segments } from '../ui/segments.tsx';
import { useTimeZone } from '../ui/timeZone.ts';
import classes from './changes.module.css';
import { useMemberAt } from './queries.ts';
import { isVersion } from './useTravel.ts';

export type ChangesProps = {
  readonly memberId: string;
  /** Where the slider has come to rest. */
  readonly at: string;
  readonly then: MemberThen;
  readonly now: Pick<MemberThen, 'pass' | 'version'>;
  /** Of the first event; null: not known yet. */
  readonly firstRecordedAt: string | null;
};

type Other = 'before' | 'now';

/** What differs between the pass as it was, and the one before it or today's. */
export const Changes = ({ memberId, at, then, now, firstRecordedAt }: ChangesProps) => {
  const timeZone = useTimeZone();
  const [other, setOther] = useState<Other>('before');
  const before = stepBefore(at, firstRecordedAt, timeZone);
  const earlier = useMemberAt(memberId, other === 'before' ? before : null);
  const isAsked = other === 'before' && before !== null;
  const failure = isAsked && !isNotFound(earlier.error) ? earlier.error : null;
  // What is still there of another place is not what came before this one.
  const isWaiting = isAsked && (earlier.isPlaceholderData || earlier.isPending);
  // Nothing was known then: everything is new.
  const earlierPass = before === null ? null : (earlier.data?.pass ?? null);
  const changes = other === 'before' ? passChanges(earlierPass, then.pass) : passChanges(then.pass, now.pass);
  const choices = [
    { id: 'before', label: isVersion(at) ? 'since the version before' : 'since the day before' },
    { id: 'now', label: 'until now' },
  ] as const;
  return (
    <Panel
      title="What changed"
      actions={<Segments label="Compare" choices={choices} value={other} onChange={setOther} />}
    >
      {failure !== null ? (
        <Failure error={failure} onRetry={() => void earlier.refetch()} />
      ) : isWaiting ? (
        <p className={classes.soft}>Comparing …</p>
      ) : changes.length === 0 ? (
        <p className={classes.soft}>Nothing that the holder sees.</p>
      ) : (
        <dl className={classes.changes}>
          {changes.map(({ path, before: was, after: is }) => (
            <div key={path}>
              <dt>
                <code>{path}</code>
              </dt>
              <dd>
                <span className={classes.was}>{was}</span> → <strong>{is}</strong>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
};

/** The version before, or the end of the day before. null: nothing was known then. */
const stepBefore = (at: string, firstRecordedAt: string | null, timeZone: string): string | null => {
  if (!isVersion(at)) {
    const dayBefore = new Date(endOfDayBefore(Date.parse(at), timeZone)).toISOString();
    return firstRecordedAt === null || dayBefore < firstRecordedAt ? null : dayBefore;
  }
  return Number(at) <= 1 ? null : String(Number(at) - 1);
};
