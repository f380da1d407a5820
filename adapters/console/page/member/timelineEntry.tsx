import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { RecordedEvent } from '../../../http/answers/member.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { Time } from '../ui/time.tsx';
import { originText } from './originText.ts';
import { useRecord } from './queries.ts';
import { RecordFields } from './recordFields.tsx';
import { sentenceOf, type TitleOf } from './sentence.ts';
import { betweenSentence, type Entry } from './story.ts';
import classes from './timeline.module.css';

export type TimelineEntryProps = {
  readonly entry: Entry;
  readonly memberId: string;
  readonly titleOf: TitleOf;
  /** Where the slider stands. */
  readonly isHere: boolean;
  /** Later than that: not known then. */
  readonly isAhead: boolean;
  readonly onVersion: (version: number) => void;
};

/** One thing that happened; opened, where it came from. */
export const TimelineEntry = ({ entry, memberId, titleOf, ...more }: TimelineEntryProps) => {
  const { isHere, isAhead, onVersion } = more;
  const [isOpen, setOpen] = useState(false);
  const turned = entry.turned !== null && <Badge tone="info">{entry.turned}</Badge>;
  if (entry.type === 'between')
    return (
      <div className={classes.entry} data-ahead={isAhead || undefined}>
        <Time at={entry.point.evaluatedAt} isDayKnown className={classes.time} />
        <p className={classes.between}>
          {betweenSentence(entry.point)} {turned}
        </p>
      </div>
    );
  const { event } = entry;
  return (
    <div className={classes.entry} data-here={isHere || undefined} data-ahead={isAhead || undefined}>
      <Time at={event.recordedAt} isDayKnown className={classes.time} />
      <AriaButton className={classes.sentence ?? ''} aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
        <span>{sentenceOf(event, titleOf)}</span> {turned}
        {isHere && <span className={classes.hereMark}> shown</span>}
      </AriaButton>
      <span className={classes.version}>v{event.version}</span>
      {isOpen && <Origins event={event} memberId={memberId} onVersion={onVersion} />}
    </div>
  );
};

type OriginsProps = Pick<TimelineEntryProps, 'memberId' | 'onVersion'> & { readonly event: RecordedEvent };

/** The input that an event came of, and the record it tells of as the sources say today. */
const Origins = ({ event, memberId, onVersion }: OriginsProps) => {
  const id = recordIdOf(event, memberId);
  const { data, error } = useRecord(memberId, id);
  const record = data?.items[0];
  return (
    <div className={classes.origins}>
      <p>
        <code>{event.type}</code> in the {event.lane} lane, from {originText(event.origin)}.{' '}
        <Button onPress={() => onVersion(event.version)}>See the pass at version {event.version}</Button>
      </p>
      {record !== undefined ? (
        <RecordFields record={record} />
      ) : error !== null ? (
        <Failure error={error} />
      ) : (
        <p>{data === undefined ? 'Reading its record …' : 'Its record is not kept.'}</p>
      )}
    </div>
  );
};

const recordIdOf = (event: RecordedEvent, memberId: string): string => {
  if ('purchaseId' in event) return event.purchaseId;
  if ('grantId' in event) return event.grantId;
  return 'recordId' in event ? event.recordId : memberId;
};
