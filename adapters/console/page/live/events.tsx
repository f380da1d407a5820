import { useRef, useState } from 'react';
import type { BusLog } from '../api/busLog.ts';
import { useBusEvents } from '../api/eventStream.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Segments } from '../ui/segments.tsx';
import { EventList } from './eventList.tsx';
import classes from './events.module.css';
import { PatternEditor } from './patternEditor.tsx';
import { QuickFilters } from './quickFilterBar.tsx';
import { StreamState } from './streamState.tsx';
import type { Filter } from './useFilter.ts';
import { useHeld } from './useHeld.ts';

const BUSES = [
  { id: 'wallet', label: 'Wallet events' },
  { id: 'domain', label: 'Domain events' },
] as const;

/** A bus as it carries: what is let through by the pattern, newest first. */
export const Events = ({ filter }: { readonly filter: Filter }) => {
  const log = useBusEvents(filter.bus);
  const matches = filter.applied.type === 'Good' ? filter.applied.matches : everything;
  const held = useHeld(log, matches);
  const [opened, setOpened] = useState<number | null>(null);
  const pause = useRef<HTMLButtonElement>(null);
  const resume = (): void => {
    setOpened(null);
    held.resume();
  };
  return (
    <Panel
      title="Events"
      actions={<Segments label="Bus" choices={BUSES} value={filter.bus} onChange={filter.setBus} />}
    >
      <QuickFilters filter={filter} events={log.events} />
      <PatternEditor filter={filter} />
      <div className={classes.bar}>
        <StreamState log={log} />
        <div className={classes.hold}>
          {held.why !== null && (
            <Button
              kind="main"
              onPress={() => {
                resume();
                // This button goes; whoever pressed it stays in the same place.
                pause.current?.focus();
              }}
            >
              {held.news === 0 ? 'Back to the newest' : `${held.newsText} new`}
            </Button>
          )}
          <Button ref={pause} onPress={held.why === 'paused' ? resume : held.pause}>
            {held.why === 'paused' ? 'Continue' : 'Pause'}
          </Button>
        </div>
      </div>
      {held.shown.length === 0 ? (
        <NoEvents log={log} />
      ) : (
        <EventList
          {...{ events: held.shown, before: held.before, opened }}
          isFollowing={held.why === null}
          onOpen={(sequence) => {
            setOpened(sequence);
            if (sequence !== null) held.read();
          }}
          onAway={held.read}
          onTop={() => {
            if (held.why === 'reading' && opened === null) held.resume();
          }}
        />
      )}
    </Panel>
  );
};

const NoEvents = ({ log: { place, openedAt, events } }: { readonly log: BusLog }) => {
  if (events.length > 0)
    return (
      <Empty title="Nothing matches the pattern">
        None of the last {events.length.toLocaleString()} events does; what comes appears here by itself.
      </Empty>
    );
  if (place === null || place < openedAt) return <Loading what="the last events" />;
  return <Empty title="Nothing has happened yet">What this bus carries appears here by itself.</Empty>;
};

const everything = (): boolean => true;
