import type { CSSProperties } from 'react';
import { Button } from 'react-aria-components';
import type { Box } from '../../../flow/graph.ts';
import classes from './boxButton.module.css';
import type { BoxNow } from './boxNow.ts';
import { countText, rateText, stateText, waitingText } from './inWords.ts';

export type BoxButtonProps = {
  readonly box: Box;
  readonly now: BoxNow;
  /** Labels of the boxes that come after it. */
  readonly next: readonly string[];
  readonly place: CSSProperties;
  readonly onOpen: (box: string) => void;
};

/** What it is, what it does and how it is doing: seen, and heard in the same words. */
export const BoxButton = ({ box, now, next, place, onOpen }: BoxButtonProps) => {
  const trouble = now.dead > 0 ? `${countText(now.dead)} dead` : stateText(now.state, box.kind);
  const waiting = waitingText(now);
  const tone = now.dead > 0 || now.state === 'down' ? classes.broken : classes.warned;
  return (
    <Button
      className={`${classes.box} ${classes[box.kind]} ${trouble === null ? '' : tone}`}
      style={place}
      aria-haspopup="dialog"
      onPress={() => onOpen(box.name)}
    >
      <span className={classes.label}>{box.label} </span>
      {trouble !== null && <span className={classes.trouble}>{trouble} </span>}
      <span className={classes.does}>{box.does} </span>
      <span className={classes.numbers}>
        <span className={classes.passed}>{countText(now.passed)}</span> {box.unit}{' '}
        {now.perSecond > 0 && <span className={classes.rate}>{rateText(now.perSecond)} </span>}
      </span>
      {waiting !== null && <span className={classes.waiting}>{waiting}</span>}
      {next.length > 0 && <span className={classes.heard}>, on to {next.join(' and ')}</span>}
    </Button>
  );
};
