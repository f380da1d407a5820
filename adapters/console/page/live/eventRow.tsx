import { memo } from 'react';
import { Link } from 'wouter';
import type { Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { Badge } from '../ui/badge.tsx';
import { memberPath } from '../ui/memberPath.ts';
import { Time } from '../ui/time.tsx';
import { EventDetails } from './eventDetails.tsx';
import { lineOf } from './eventLine.ts';
import classes from './eventRow.module.css';

export type EventRowProps = {
  readonly event: CarriedEvent;
  /** The member's pass before it; null: nobody here has seen it. */
  readonly before: Pass | null;
  readonly isOpen: boolean;
  readonly onOpen: (sequence: number | null) => void;
};

/** One event in a line; opened, all of it. */
export const EventRow = memo(({ event, before, isOpen, onOpen }: EventRowProps) => {
  const { tone, kind, subject, revision, words, lane } = lineOf(event, before);
  return (
    <article className={classes.event} data-open={isOpen}>
      <div className={classes.row} data-bus={event.source === 'billfold.wallet' ? 'wallet' : 'domain'}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-label={`${kind}, ${subject.text}, event ${event.sequence}`}
          onClick={() => onOpen(isOpen ? null : event.sequence)}
        >
          <span aria-hidden="true">▸</span>
        </button>
        <span className={classes.time}>
          <Time at={event.time} seconds />
        </span>
        <span className={classes.kind}>
          <Badge tone={tone}>{kind}</Badge>
        </span>
        <span className={classes.subject}>
          {subject.memberId === null ? subject.text : <Link href={memberPath(subject.memberId)}>{subject.text}</Link>}
        </span>
        <span className={classes.revision}>{revision}</span>
        <span className={classes.words}>{words}</span>
        <span className={classes.lane}>{lane}</span>
      </div>
      {isOpen && <EventDetails event={event} before={before} />}
    </article>
  );
});
