import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ParkedText, RetriedParked } from '../../../http/answers/parked.ts';
import { every } from '../api/askAgain.ts';
import { getJson, sendJson } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { countOf } from './words.ts';

type ParkedPage = { readonly items: readonly ParkedText[]; readonly next: string | null };

/** Members whose projections failed, and another try. */
export const Parked = () => {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['parked'],
    queryFn: ({ signal }) => getJson<ParkedPage>('/api/parked', signal),
    refetchInterval: every(5_000),
  });
  const retry = useMutation({
    mutationFn: () => sendJson<RetriedParked>('POST', '/api/parked/retry'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['parked'] }),
  });
  const items = data?.items ?? [];
  return (
    <Page
      title="Parked members"
      lead="A projection failed for them: a bug. Their passes stay as they were, everybody else’s go on. Once fixed code runs they recover by themselves."
      actions={
        items.length > 0 && (
          <Button kind="main" isPending={retry.isPending} onPress={() => retry.mutate()}>
            Try all again
          </Button>
        )
      }
    >
      <Said tone={retry.data !== undefined && retry.data.parked.length === 0 ? 'good' : 'info'}>
        {retry.data !== undefined && outcomeText(retry.data)}
      </Said>
      {retry.error !== null && <Failure error={retry.error} />}
      <Panel title="Who is parked">
        {data === undefined ? (
          error === null ? (
            <Loading what="who is parked" />
          ) : (
            <Failure error={error} onRetry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Empty title="Nobody is parked">Every projection folds every member.</Empty>
        ) : (
          <>
            <Table label="Parked members" columns={COLUMNS} rows={items} idOf={idOf} />
            {data.next !== null && <p>There are more: these are the first {items.length.toLocaleString()}.</p>}
          </>
        )}
      </Panel>
    </Page>
  );
};

const idOf = ({ memberId, projection }: ParkedText): string => `${projection} ${memberId}`;

const outcomeText = ({ recovered, failed, parked }: RetriedParked): string =>
  `${countOf(recovered.length, 'member')} recovered, ${parked.length.toLocaleString()} still parked${
    failed.length === 0 ? '' : `, ${failed.length.toLocaleString()} could not be looked at`
  }.`;

const COLUMNS: readonly Column<ParkedText>[] = [
  {
    title: 'Member',
    cell: ({ memberId }) => (
      <Link href={memberPath(memberId)}>
        <code>{memberId}</code>
      </Link>
    ),
  },
  {
    title: 'Projection',
    cell: ({ projection, asOf }) => (
      <>
        <code>{projection}</code> at version {asOf}
      </>
    ),
  },
  { title: 'Why', cell: ({ reason }) => reason },
  { title: 'Since', cell: ({ parkedAt }) => <Time at={parkedAt} /> },
  { title: 'Tried', isNumber: true, cell: ({ attempts }) => `${attempts} ×` },
];
