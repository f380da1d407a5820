import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { RuntimeStatus } from '../../http/answers/status.ts';
import { isUnauthorized } from './api/client.ts';
import { useNewPage } from './api/newPage.ts';
import { useStatus } from './api/status.ts';
import classes from './frame.module.css';
import { Badge } from './ui/badge.tsx';
import { Button } from './ui/button.tsx';
import { Time } from './ui/time.tsx';

/** Whether the service answers, whether it has work in hand, and whether it is still the one this page came from. */
export const Connection = () => {
  const asked = useStatus();
  const { data: status, failureCount, error } = asked;
  const isLost = error !== null || failureCount > 0;
  const isSignedOut = isUnauthorized(error);
  const isCalm = !isLost && status !== undefined && status.paused.length === 0;
  const isNewPage = useNewPage(status?.startedAt ?? null);
  useAllAgainAfter(isLost, status?.startedAt ?? null);
  return (
    <div className={classes.connection}>
      {isNewPage && !isLost && <Button onPress={() => location.reload()}>Reload: there is a newer page</Button>}
      {isSignedOut && <Button onPress={() => location.reload()}>Sign in</Button>}
      {/* Idle and at work change places all the time: seen, and not spoken. */}
      <div role="status" aria-label="Service" aria-live={isCalm ? 'off' : 'polite'}>
        {isSignedOut ? (
          <Badge tone="bad">Signed out</Badge>
        ) : isLost ? (
          <Lost since={asked.dataUpdatedAt} />
        ) : (
          <Standing status={status} />
        )}
      </div>
    </div>
  );
};

/** since: ms since 1970; 0: it never answered. */
const Lost = ({ since }: { readonly since: number }) => (
  <Badge tone="bad">
    {since === 0 ? (
      'No answer, trying again'
    ) : (
      <>
        No answer since <Time at={since} seconds />
      </>
    )}
  </Badge>
);

const Standing = ({ status }: { readonly status: RuntimeStatus | undefined }) => {
  if (status === undefined) return <Badge tone="quiet">Connecting</Badge>;
  const { paused, idle } = status;
  if (paused.length > 0)
    return <Badge tone="warn">{paused.length === 1 ? 'A pipe is paused' : 'Pipes are paused'}</Badge>;
  return idle ? <Badge tone="good">Idle</Badge> : <Badge tone="info">At work</Badge>;
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
