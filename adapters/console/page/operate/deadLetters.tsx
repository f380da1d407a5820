import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DeadLetterText, RedrivenText } from '../../../http/answers/deadLetters.ts';
import { every } from '../api/askAgain.ts';
import { getJson, sendJson } from '../api/client.ts';
import { useStatus } from '../api/status.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { deadLetterName, redrivenText } from './deadLetterWords.ts';
import classes from './operate.module.css';
import { countOf } from './words.ts';

/** What queues and pipes gave up after all tries, with why, and the way back. */
export const DeadLetters = () => {
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ signal }) => getJson<{ readonly items: readonly DeadLetterText[] }>('/api/dead-letters', signal),
    refetchInterval: every(5_000),
  });
  const [said, setSaid] = useState<RedrivenText | null>(null);
  const queues = [...new Set(data?.items.map(({ queue }) => queue))];
  return (
    <Page
      title="Dead letters"
      lead="What was given up after all tries. Nothing of it is lost: mend the cause, then send it back to where it was."
    >
      <Said tone={said === null || said.left.length === 0 ? 'good' : 'bad'}>{said !== null && redrivenText(said)}</Said>
      {data === undefined ? (
        error === null ? (
          <Loading what="the dead letters" />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : queues.length === 0 ? (
        <Panel title="What is there">
          <Empty title="There are no dead letters">Everything reached where it was to go, or is still tried.</Empty>
        </Panel>
      ) : (
        queues.map((queue) => (
          <Letters
            key={queue}
            queue={queue}
            letters={data.items.filter((letter) => letter.queue === queue)}
            onRedriven={setSaid}
          />
        ))
      )}
    </Page>
  );
};

type LettersProps = {
  readonly queue: DeadLetterText['queue'];
  readonly letters: readonly DeadLetterText[];
  readonly onRedriven: (redriven: RedrivenText | null) => void;
};

const Letters = ({ queue, letters, onRedriven }: LettersProps) => {
  const queries = useQueryClient();
  const { data: status } = useStatus();
  const count = Math.max(status?.deadLetters[queue] ?? 0, letters.length);
  const redrive = useMutation({
    mutationFn: () => sendJson<RedrivenText>('POST', `/api/dead-letters/${queue}/redrive`),
    onMutate: () => onRedriven(null),
    onSuccess: onRedriven,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['dead-letters'] }),
        queries.invalidateQueries({ queryKey: ['status'] }),
      ]),
  });
  return (
    <Panel
      title={`${deadLetterName(queue)}: ${count.toLocaleString()}`}
      actions={
        <Button kind="main" isPending={redrive.isPending} onPress={() => redrive.mutate()}>
          Send {countOf(count, 'letter')} of {queue} back
        </Button>
      }
    >
      {redrive.error !== null && <Failure error={redrive.error} />}
      <Table label={`Dead letters of ${queue}`} columns={COLUMNS} rows={letters} idOf={({ id }) => id} />
      {count > letters.length && (
        <p className={classes.soft}>The newest {letters.length.toLocaleString()} are listed; all are sent back.</p>
      )}
    </Panel>
  );
};

const COLUMNS: readonly Column<DeadLetterText>[] = [
  { title: 'Why', cell: ({ reason }) => reason ?? 'It does not say' },
  { title: 'Given up by', cell: ({ from }) => (from === null ? '–' : <code>{from}</code>) },
  { title: 'Tries', isNumber: true, cell: ({ tries }) => (tries === null ? '–' : tries.toLocaleString()) },
  { title: 'Since', cell: ({ diedAt }) => (diedAt === null ? '–' : <Time at={diedAt} />) },
  { title: 'Letter', cell: ({ id }) => <code>{id}</code> },
];
