import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryPoint } from '../../../http/answers/history.ts';
import { Button } from '../ui/button.tsx';
import { longDay } from '../ui/days.ts';
import { Empty } from '../ui/empty.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segments } from '../ui/segments.tsx';
import { useTimeZone } from '../ui/timeZone.ts';
import { useEvents } from './queries.ts';
import type { TitleOf } from './sentence.ts';
import { type Kind, type Row, storyOf } from './story.ts';
import classes from './timeline.module.css';
import { TimelineEntry } from './timelineEntry.tsx';
import { toldUpTo } from './toldUpTo.ts';

export type TimelineProps = {
  readonly memberId: string;
  readonly lastVersion: number;
  readonly points: readonly HistoryPoint[];
  readonly titleOf: TitleOf;
  /** The version that is looked at. null: now. */
  readonly at: number | null;
  readonly onVersion: (version: number) => void;
};

/** What happened to the member, newest first, and what the sources said of it. */
export const Timeline = memo(({ memberId, lastVersion, points, titleOf, at, onVersion }: TimelineProps) => {
  const timeZone = useTimeZone();
  const [kind, setKind] = useState<Kind | 'all'>('all');
  const [begun] = useState(lastVersion);
  // Where one looks at the past, and wants the newest events beside it.
  const [newestAt, setNewestAt] = useState<number | null>(null);
  const upTo = toldUpTo(begun, at === newestAt ? null : at);
  const events = useEvents(memberId, upTo, lastVersion);
  const loaded = useMemo(() => events.data?.pages.flat() ?? [], [events.data]);
  const rows = useMemo(() => storyOf(loaded, points, kind, timeZone), [loaded, points, kind, timeZone]);
  const { hasNextPage, isFetchNextPageError, fetchNextPage, hasPreviousPage, fetchPreviousPage } = events;
  // What is shown of another place is on its way out. A page that failed is asked for again by whoever reads, not at once and for ever.
  const isHeld = events.isPlaceholderData || events.isFetching || events.isError;
  const canGoOn = hasNextPage && !isHeld && !isFetchNextPageError;
  const oldest = loaded.at(-1)?.version ?? 0;
  const isShort = rows.length < ENOUGH || (upTo === begun && at !== null && at < oldest && at !== newestAt);
  const isBehind = upTo === begun && hasPreviousPage && !isHeld;
  useEffect(() => {
    if (isBehind) void fetchPreviousPage();
  }, [isBehind, fetchPreviousPage]);
  useEffect(() => {
    if (canGoOn && isShort) void fetchNextPage();
  }, [canGoOn, isShort, fetchNextPage]);
  const onEnd = useCallback(() => {
    if (canGoOn) void fetchNextPage();
  }, [canGoOn, fetchNextPage]);
  return (
    <Panel
      title="Timeline"
      actions={<Segments label="Show" choices={KINDS} value={kind} onChange={(chosen) => setKind(chosen)} />}
    >
      {events.error !== null && events.data === undefined ? (
        <Failure error={events.error} onRetry={() => void events.refetch()} />
      ) : events.data === undefined ? (
        <Loading what="the story" />
      ) : rows.length === 0 && !hasNextPage ? (
        <Empty title="Nothing of this kind">
          {loaded.length} other {loaded.length === 1 ? 'event is' : 'events are'} in the story.
        </Empty>
      ) : (
        <>
          {upTo !== begun && !events.isPlaceholderData && (
            <p className={classes.further}>
              Events up to version {upTo.toLocaleString()}, around the one that is shown.{' '}
              <Button onPress={() => setNewestAt(at)}>Show the newest</Button>
            </p>
          )}
          {rows.length === 0 && <p className={classes.further}>Looking further back …</p>}
          <Story
            key={upTo}
            {...{ rows, memberId, titleOf, onVersion, onEnd }}
            at={events.isPlaceholderData ? null : at}
          />
        </>
      )}
      {isFetchNextPageError && <Failure error={events.error} onRetry={() => void fetchNextPage()} />}
      {events.isFetchPreviousPageError && <Failure error={events.error} onRetry={() => void fetchPreviousPage()} />}
    </Panel>
  );
});

/** Rows that fill the list and a little more. */
const ENOUGH = 40;

const KINDS = [
  { id: 'all', label: 'All' },
  { id: 'purchases', label: 'Purchases' },
  { id: 'promotions', label: 'Promotions' },
  { id: 'tier', label: 'Tier and points' },
  { id: 'details', label: 'Details' },
] as const;

type StoryProps = Pick<TimelineProps, 'memberId' | 'titleOf' | 'at' | 'onVersion'> & {
  readonly rows: readonly Row[];
  /** The last row is near. */
  readonly onEnd: () => void;
};

const Story = ({ rows, memberId, titleOf, at, onVersion, onEnd }: StoryProps) => {
  const list = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: (index) => (rows[index]?.type === 'day' ? 39 : 38),
    getItemKey: (index) => keyOf(rows[index]),
    overscan: 8,
  });
  const here = rows.findIndex((row) => row.type === 'event' && at !== null && row.event.version <= at);
  useEffect(() => {
    if (here >= 0) virtual.scrollToIndex(here, { align: 'center' });
  }, [here, virtual]);
  const items = virtual.getVirtualItems();
  const isNearEnd = (items.at(-1)?.index ?? 0) >= rows.length - 10;
  useEffect(() => {
    if (isNearEnd) onEnd();
  }, [isNearEnd, onEnd]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section ref={list} className={classes.story} aria-label="Events, newest first" tabIndex={0}>
      <ol className={classes.rows} style={{ ['--height' as string]: `${virtual.getTotalSize()}px` }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className={classes.row}
              style={{ ['--start' as string]: `${start}px` }}
            >
              {row.type === 'day' ? (
                <h3 className={classes.day}>
                  <time dateTime={row.day}>{longDay(row.day)}</time>
                </h3>
              ) : (
                <TimelineEntry
                  entry={row}
                  memberId={memberId}
                  titleOf={titleOf}
                  isHere={index === here}
                  isAhead={at !== null && index < here}
                  onVersion={onVersion}
                />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
};

const keyOf = (row: Row | undefined): string => (row === undefined ? '' : row.type === 'day' ? row.day : row.key);
