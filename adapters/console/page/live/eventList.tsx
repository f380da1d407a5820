import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useEffect, useRef } from 'react';
import type { Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import classes from './eventList.module.css';
import { EventRow } from './eventRow.tsx';

export type EventListProps = {
  /** Oldest first. */
  readonly events: readonly CarriedEvent[];
  readonly before: ReadonlyMap<number, Pass>;
  /** The sequence number of the one that is open; null: none is. */
  readonly opened: number | null;
  readonly isFollowing: boolean;
  readonly onOpen: (sequence: number | null) => void;
  /** Its reader left the top, or walks through it by keyboard: nothing should move now. */
  readonly onAway: () => void;
  readonly onTop: () => void;
};

/** Events, newest first; of thousands only those in sight are drawn. */
export const EventList = ({ events, before, opened, isFollowing, onOpen, onAway, onTop }: EventListProps) => {
  const box = useRef<HTMLDivElement>(null);
  const at = (index: number): CarriedEvent | undefined => events[events.length - 1 - index];
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => at(index)?.sequence ?? index,
    overscan: 6,
  });
  useEffect(() => {
    if (isFollowing) box.current?.scrollTo({ top: 0 });
  }, [isFollowing]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is listened to for where its reader is, not for what is asked of it.
    <div
      className={classes.box}
      ref={box}
      onScroll={({ currentTarget: { scrollTop } }) => (scrollTop > ROW_PX / 2 ? onAway() : onTop())}
      onFocus={({ target }) => {
        if (target.matches(':focus-visible')) onAway();
      }}
    >
      <ul
        className={classes.list}
        aria-label="Events, newest first"
        style={{ '--height': `${rows.getTotalSize()}px` } as CSSProperties}
      >
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const event = at(index);
          if (event === undefined) return null;
          return (
            <li
              key={key}
              className={classes.item}
              data-index={index}
              ref={rows.measureElement}
              aria-setsize={events.length}
              aria-posinset={index + 1}
              style={{ '--top': `${start}px` } as CSSProperties}
            >
              <EventRow
                event={event}
                before={before.get(event.sequence) ?? null}
                isOpen={opened === event.sequence}
                onOpen={onOpen}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
};

/** About; each is measured. */
const ROW_PX = 44;
