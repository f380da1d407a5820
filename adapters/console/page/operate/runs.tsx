import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunText } from '../../../http/answers/runs.ts';
import type { Upkeep } from '../../../http/answers/upkeep.ts';
import { every } from '../api/askAgain.ts';
import { getJson, sendJson } from '../api/client.ts';
import { useStatus } from '../api/status.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Asked } from '../ui/dialog.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { countOf } from './words.ts';

/** What was heard of AppFlow's runs, and a person's word on what full loads left out. */
export const Runs = () => {
  const { data, error, refetch } = useQuery({
    queryKey: ['runs'],
    queryFn: ({ signal }) =>
      getJson<{ readonly items: readonly RunText[]; readonly next: string | null }>('/api/runs', signal),
    refetchInterval: every(3_000),
  });
  const { data: status } = useStatus();
  const [said, setSaid] = useState<string | null>(null);
  const held = status?.upkeep.absences.filter(({ heldBecause }) => heldBecause !== null) ?? [];
  return (
    <Page
      title="Flow runs"
      lead="A run is complete where AppFlow’s report and the rows of its files agree. What nobody reported on stays open."
    >
      {/* Not in the panel of what was held: that one goes. */}
      <Said tone="good">{said}</Said>
      {held.map((absence) => (
        <Held
          key={absence.object}
          absence={absence}
          onAccepted={() => setSaid(`The deletions of ${absence.object} are accepted.`)}
        />
      ))}
      <Panel title="Newest first">
        {data === undefined ? (
          error === null ? (
            <Loading what="the runs" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : data.items.length === 0 ? (
          <Empty title="No run was heard of">A run is known by its first file or by AppFlow’s report.</Empty>
        ) : (
          <>
            <Table label="Flow runs" columns={COLUMNS} rows={data.items} idOf={idOf} />
            {data.next !== null && <p>Older ones are left out.</p>}
          </>
        )}
      </Panel>
    </Page>
  );
};

type HeldProps = { readonly absence: Upkeep['absences'][number]; readonly onAccepted: () => void };

/** Deletions that wait for a person. */
const Held = ({ absence, onAccepted }: HeldProps) => {
  const { object, known, missedTwice, heldBecause, runs } = absence;
  const queries = useQueryClient();
  const [run] = runs;
  const accept = useMutation({
    mutationFn: () =>
      sendJson('POST', `/api/runs/${(run ?? '').split('/').map(encodeURIComponent).join('/')}/accept-deletions`),
    onSuccess: onAccepted,
    onSettled: () => queries.invalidateQueries({ queryKey: ['status'] }),
  });
  return (
    <Panel
      title={`Deletions of ${object} are held`}
      actions={
        <Asked
          label="Accept the deletions"
          kind="danger"
          isDisabled={run === undefined || accept.isPending}
          title={`Delete ${countOf(missedTwice, 'record')} of ${object}?`}
          confirm="They are gone, accept"
          onConfirm={() => accept.mutate()}
        >
          <p>
            {countOf(missedTwice, 'record')} of {known.toLocaleString()} were left out of two full loads in a row.
            Accepted, they count as deleted: what they said leaves the passes, and holders are told.
          </p>
          <p>A later row or event of such a record brings it back.</p>
        </Asked>
      }
    >
      <p>
        {countOf(missedTwice, 'record')} of {known.toLocaleString()} were left out of two full loads in a row:{' '}
        {heldBecause}.
      </p>
      {accept.error !== null && <Failure error={accept.error} />}
    </Panel>
  );
};

const idOf = ({ flow, executionId }: RunText): string => `${flow}/${executionId}`;

const auditText = (audit: RunText['audit']): string => {
  if (audit === null) return '–';
  const found = audit.map(
    ({ field, missed, wrong }) =>
      `${field} ${[...(missed > 0 ? [missed] : []), ...(wrong > 0 ? [`${wrong} wrong`] : [])].join(', ')}`,
  );
  return found.length === 0 ? 'nothing' : found.join('; ');
};

const TONES: Readonly<Record<RunText['state'], Tone>> = {
  open: 'quiet',
  complete: 'good',
  disagreeing: 'warn',
  failed: 'bad',
};

const COLUMNS: readonly Column<RunText>[] = [
  {
    title: 'Flow',
    cell: ({ flow, executionId }) => (
      <>
        {flow}
        <br />
        <code>{executionId}</code>
      </>
    ),
  },
  {
    title: 'State',
    cell: ({ state, error }) => (
      <>
        <Badge tone={TONES[state]}>{state}</Badge>
        {error !== null && <p>{error}</p>}
      </>
    ),
  },
  { title: 'Began', cell: ({ startedAt }) => (startedAt === null ? '–' : <Time at={startedAt} />) },
  {
    title: 'Files',
    isNumber: true,
    cell: ({ files, filesUnread }) => `${files.toLocaleString()}${filesUnread > 0 ? `, ${filesUnread} unread` : ''}`,
  },
  {
    title: 'Rows',
    isNumber: true,
    cell: ({ rows, reported }) =>
      `${rows.toLocaleString()}${reported === null ? '' : ` of ${reported.toLocaleString()}`}`,
  },
  { title: 'Unreadable', isNumber: true, cell: ({ unreadable }) => unreadable.toLocaleString() },
  { title: 'Missed by events', cell: ({ audit }) => auditText(audit) },
];
