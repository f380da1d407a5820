import { memo } from 'react';
import type { MemberRecord } from '../../../http/answers/records.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { useRecords } from './queries.ts';
import { RecordFields } from './recordFields.tsx';
import classes from './records.module.css';

export type RecordsProps = { readonly memberId: string; readonly lastVersion: number };

/** What the sources said, record by record, as it stands today: what all of the above was made of. */
export const Records = memo(({ memberId, lastVersion }: RecordsProps) => {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useRecords(memberId, lastVersion);
  const records = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel title="Source records">
      {data === undefined ? (
        error === null ? (
          <Loading what="the records" />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <p className={classes.soft}>As they stand today, the last told first.</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
          <ul className={classes.records} aria-label="Source records" tabIndex={0}>
            {records.map((record) => (
              <li key={`${record.role}/${record.id}`}>
                <details>
                  <summary>
                    <strong>{record.object ?? record.role}</strong> <code>{record.id}</code>{' '}
                    <span className={classes.soft}>{toldText(record)}</span>
                  </summary>
                  <RecordFields record={record} />
                </details>
              </li>
            ))}
          </ul>
          {hasNextPage && (
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              Show more records
            </Button>
          )}
        </>
      )}
    </Panel>
  );
});

const toldText = ({ told, existence }: MemberRecord): string => {
  const gone = existence?.says === 'gone' ? ', deleted' : '';
  if (told === null) return `no event tells of it${gone}`;
  const versions = told.first === told.last ? `version ${told.last}` : `versions ${told.first} to ${told.last}`;
  return `${told.count === 1 ? '1 event' : `${told.count} events`}, ${versions}${gone}`;
};
