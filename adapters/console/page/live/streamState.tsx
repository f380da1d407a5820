import { useEffect, useState } from 'react';
import { type BusLog, rateOf } from '../api/busLog.ts';
import { Badge } from '../ui/badge.tsx';
import { Time } from '../ui/time.tsx';
import { timeOfDay } from '../ui/timeText.ts';
import { useTimeZone } from '../ui/timeZone.ts';
import classes from './events.module.css';

/** Whether the stream is there, how fast it is, and what of it is not here. */
export const StreamState = ({ log }: { readonly log: BusLog }) => {
  const now = useEachSecond();
  const rate = rateOf(log, now);
  const timeZone = useTimeZone();
  return (
    <div className={classes.state}>
      <div role="status" aria-label="Stream">
        <StateBadge log={log} />
      </div>
      <span className={classes.rate}>
        {rate.toLocaleString(undefined, { maximumFractionDigits: rate < 10 ? 1 : 0 })} per second
      </span>
      {notes(log, timeZone).map((note) => (
        <span key={note} className={classes.note}>
          {note}
        </span>
      ))}
    </div>
  );
};

const StateBadge = ({ log: { connection } }: { readonly log: BusLog }) => {
  if (connection.type === 'live') return <Badge tone="good">Live</Badge>;
  if (connection.type === 'connecting') return <Badge tone="quiet">Connecting</Badge>;
  return (
    <Badge tone="bad">
      Lost since <Time at={connection.since} seconds />
    </Badge>
  );
};

const notes = ({ dropped, hasGap, begunAnewAt, events }: BusLog, timeZone: string): readonly string[] => [
  ...(begunAnewAt === null
    ? []
    : [`another store answers since ${timeOfDay(begunAnewAt, timeZone, true)}: begun anew`]),
  ...(hasGap ? ['some happened while nobody looked and are not here'] : []),
  ...(dropped === 0 ? [] : [`the last ${events.length.toLocaleString()} are kept`]),
];

/** ms since 1970. The rate falls also where nothing happens. */
const useEachSecond = (): number => {
  const [, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Date.now();
};
