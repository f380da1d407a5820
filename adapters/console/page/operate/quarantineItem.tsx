import { Link } from 'wouter';
import type { QuarantinedText, RetryOutcome } from '../../../http/answers/quarantine.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Asked } from '../ui/dialog.tsx';
import { Time } from '../ui/time.tsx';
import classes from './operate.module.css';
import { outcomeText } from './quarantineWords.ts';

export type QuarantineItemProps = {
  readonly item: QuarantinedText;
  /** What its last try came to; null: it was not tried here. */
  readonly outcome: RetryOutcome | null;
  readonly isBusy: boolean;
  readonly onRetry: () => void;
  readonly onDrop: () => void;
};

/** The input itself is sealed and not shown: it may be personal. */
export const QuarantineItem = ({ item, outcome, isBusy, onRetry, onDrop }: QuarantineItemProps) => {
  const { id, type, path, reason, quarantinedAt } = item;
  return (
    <li className={`${classes.item} ${classes.quiet}`}>
      <h3>
        <code>{path}</code>: {reason}
      </h3>
      <p className={classes.soft}>
        <Where item={item} />, since <Time at={quarantinedAt} />
      </p>
      {type === 'record' && (
        <p>
          <Badge tone="info">The record is kept</Badge> What it says there does not count. It ends by itself when a
          source says something better.
        </p>
      )}
      {outcome !== null && (
        <p>
          <Badge tone={outcome.type === 'mended' ? 'good' : 'warn'}>Tried</Badge> {outcomeText(outcome)}
        </p>
      )}
      <div className={classes.actions}>
        <Button isDisabled={isBusy} aria-label={`Read again: ${id}`} onPress={onRetry}>
          Read again
        </Button>
        {type === 'input' && (
          <Asked
            label="Give it up"
            kind="danger"
            isDisabled={isBusy}
            title="Give this input up?"
            confirm="Give it up"
            onConfirm={onDrop}
          >
            <p>
              It leaves the quarantine and will not be read again. What it would have said is lost, unless a later event
              or load says it.
            </p>
            <p>
              <code>{id}</code>
            </p>
          </Asked>
        )}
      </div>
    </li>
  );
};

const Where = ({ item: { origin } }: { readonly item: QuarantinedText }) =>
  origin.type === 'event' ? (
    <>
      Event <code>{origin.eventId}</code>
    </>
  ) : (
    <>
      <Link href={`/operate/quarantine?file=${encodeURIComponent(origin.file)}`}>
        <code>{origin.file}</code>
      </Link>{' '}
      at byte {origin.offset.toLocaleString()}
    </>
  );
