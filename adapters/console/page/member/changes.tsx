import { useState } from 'react';
import type { MemberThen } from '../../../http/answers/member.ts';
import { Panel } from '../ui/panel.tsx';
import { Segments } from '../ui/segments.tsx';
import classes from './changes.module.css';
import { passChanges } from './passChanges.ts';
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
  const [other, setOther] = useState<Other>('before');
  const before = stepBefore(at, firstRecordedAt);
  const earlier = useMemberAt(memberId, other === 'before' ? before : null);
  // Nothing was known then: everything is new.
  const earlierPass = before === null || earlier.error !== null ? null : (earlier.data?.pass ?? null);
  const isWaiting = other === 'before' && before !== null && earlier.data === undefined && earlier.error === null;
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
      {isWaiting ? (
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

const DAY_MS = 86_400_000;

/** null: nothing was known before. */
const stepBefore = (at: string, firstRecordedAt: string | null): string | null => {
  if (!isVersion(at)) {
    const dayBefore = new Date(Date.parse(at) - DAY_MS).toISOString();
    return firstRecordedAt === null || dayBefore < firstRecordedAt ? null : dayBefore;
  }
  return Number(at) <= 1 ? null : String(Number(at) - 1);
};
