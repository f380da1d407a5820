import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { PipeText, TurnedPipe } from '../../../http/answers/pipes.ts';
import { every } from '../api/askAgain.ts';
import { getJson, sendJson } from '../api/client.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Asked } from '../ui/dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { Said } from '../ui/said.tsx';
import classes from './operate.module.css';
import { PIPES } from './pipeWords.ts';

/** The live pipes, paused and resumed. */
export const Pipes = () => {
  const { data, error, refetch } = useQuery({
    queryKey: ['pipes'],
    queryFn: ({ signal }) => getJson<{ readonly items: readonly PipeText[] }>('/api/pipes', signal),
    refetchInterval: every(500),
  });
  const [said, setSaid] = useState<ReactNode>(null);
  return (
    <Page
      title="Pipes"
      lead="Three pipes carry changes on. A paused one loses nothing: what comes waits in its stream, for a day at most on AWS."
    >
      <Said tone="good">{said}</Said>
      {data === undefined ? (
        error === null ? (
          <Loading what="the pipes" />
        ) : (
          <Failure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        data.items.map((pipe) => <Pipe key={pipe.name} pipe={pipe} onSaid={setSaid} />)
      )}
    </Page>
  );
};

const Pipe = ({ pipe, onSaid }: { readonly pipe: PipeText; readonly onSaid: (said: ReactNode) => void }) => {
  const { name, from, to, current, reason, waiting = false, retrying = false } = pipe;
  const queries = useQueryClient();
  const turn = useMutation({
    mutationFn: (verb: 'pause' | 'resume') => sendJson<TurnedPipe>('POST', `/api/pipes/${name}/${verb}`),
    onMutate: () => onSaid(null),
    onSuccess: (turned) => onSaid(turned.current === 'STOPPED' ? `${name} is paused.` : `${name} is running again.`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['pipes'] }),
  });
  const { brings, whilePaused } = PIPES[name];
  const [tone, state] = stateOf(current);
  return (
    <Panel
      title={name}
      actions={
        pipe.desired === 'STOPPED' ? (
          <Button kind="main" isPending={turn.isPending} onPress={() => turn.mutate('resume')}>
            Resume {name}
          </Button>
        ) : (
          <Asked
            label={`Pause ${name}`}
            isDisabled={turn.isPending}
            title={`Pause ${name}?`}
            confirm="Pause it"
            onConfirm={() => turn.mutate('pause')}
          >
            <p>{whilePaused}</p>
            <p>A pause outlives a restart. Resumed, the pipe brings what has waited, each change once.</p>
          </Asked>
        )
      }
    >
      <div className={classes.row}>
        <Badge tone={tone}>{state}</Badge>
        {waiting && <Badge tone="warn">Work waits for it</Badge>}
        {retrying && <Badge tone="warn">The last batch failed and is tried again</Badge>}
        <span className={classes.soft}>
          {from} → {to}
        </span>
      </div>
      <p>{brings}</p>
      {reason !== null && <p className={classes.soft}>{reason}</p>}
      {turn.error !== null && <Failure error={turn.error} />}
    </Panel>
  );
};

const stateOf = (current: PipeText['current']): readonly [Tone, string] => {
  switch (current) {
    case 'RUNNING':
      return ['good', 'Running'];
    case 'STOPPED':
      return ['warn', 'Paused'];
    case 'STARTING':
      return ['info', 'Starting'];
    case 'STOPPING':
      return ['info', 'Stopping'];
    default:
      return current.endsWith('_FAILED') ? ['bad', current] : ['info', current];
  }
};
