import { useStatus } from './api/status.ts';
import { Badge } from './ui/badge.tsx';

/** Whether the service answers, and whether it has work in hand. */
export const Connection = () => {
  const { data: status, failureCount, isError } = useStatus();
  return (
    <div role="status" aria-label="Service">
      {isError || failureCount > 0 ? (
        <Badge tone="bad">No answer, trying again</Badge>
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
  );
};
