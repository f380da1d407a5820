import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiFailure } from './api/client.ts';
import { useNewPage } from './api/newPage.ts';
import { useStatus } from './api/status.ts';
import classes from './frame.module.css';
import { Badge } from './ui/badge.tsx';
import { Button } from './ui/button.tsx';

/** Whether the service answers, whether it has work in hand, and whether it is still the one this page came from. */
export const Connection = () => {
  const { data: status, failureCount, isError, error, dataUpdatedAt } = useStatus();
  const isRefused = error instanceof ApiFailure && error.status === 401;
  const isLost = isError || failureCount > 0;
  const isCalm = !isLost && status !== undefined && status.paused.length === 0;
  const isNewPage = useNewPage(status?.startedAt ?? null);
  useAllAgainAfter(isLost, status?.startedAt ?? null);
  return (
    <div className={classes.connection}>
      {isRefused && <Button onPress={() => location.reload()}>Sign in</Button>}
      {isNewPage && !isLost && <Button onPress={() => location.reload()}>Reload: there is a newer page</Button>}
      {/* Idle and at work change places all the time: seen, and not spoken. */}
      <div role="status" aria-label="Service" aria-live={isCalm ? 'off' : 'polite'}>
        {isRefused ? (
          <Badge tone="bad">Signed out</Badge>
        ) : isLost ? (
          <Badge tone="bad">
            {dataUpdatedAt === 0
              ? 'No answer, trying again'
              : `No answer since ${new Date(dataUpdatedAt).toLocaleTimeString()}`}
          </Badge>
        ) : status === undefined ? (
          <Badge tone="quiet">Connecting</Badge>
        ) : status.paused.length > 0 ? (
          <Badge tone="warn">{status.paused.length === 1 ? 'A pipe is paused' : 'Pipes are paused'}</Badge>
        ) : status.idle ? (
          <Badge tone="good">Idle</Badge>
        ) : (
          <Badge tone="info">At work</Badge>
        )}
      </div>
    </div>
  );
};

/** What was asked before the service was away, or of another start of it, is asked again: nothing on the page stays behind. */
const useAllAgainAfter = (isLost: boolean, started: string | null): void => {
  const client = useQueryClient();
  const known = useRef({ isLost, started });
  useEffect(() => {
    const before = known.current;
    known.current = { isLost, started: started ?? before.started };
    const isBack = before.isLost && !isLost;
    const isAnother = before.started !== null && started !== null && before.started !== started;
    if (isBack || isAnother)
      void client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== 'status' && queryKey[0] !== 'page',
      });
  }, [client, isLost, started]);
};
