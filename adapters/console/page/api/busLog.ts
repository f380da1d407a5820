import type { CarriedEvent } from '../../../http/answers/busEvents.ts';

/** What the page knows of what a bus carried. Times: ms since 1970. */
export type BusLog = {
  readonly connection: Connection;
  /** Oldest first, each once; never more than KEPT. */
  readonly events: readonly CarriedEvent[];
  /** The sequence number up to which it is known; null: nothing is yet. */
  readonly place: number | null;
  /** What came up to this number happened before the stream was opened. */
  readonly openedAt: number;
  /** Events that were here and are not any more, for want of room. */
  readonly dropped: number;
  /** Events that were never asked for, since too many happened while nobody looked. */
  readonly hasGap: boolean;
  /** When another store was found behind the address, so that everything here was forgotten; null: never. */
  readonly begunAnewAt: number | null;
  /** What happened in the last seconds, for the rate. */
  readonly arrivals: readonly { readonly at: number; readonly count: number }[];
};

export type Connection =
  | { readonly type: 'connecting' }
  | { readonly type: 'live'; readonly since: number }
  | { readonly type: 'lost'; readonly since: number };

export type BusNews =
  /** from: what comes after it is streamed. head: the last number that the bus had given then. */
  | {
      readonly type: 'Opened';
      readonly at: number;
      readonly from: number;
      readonly head: number;
      readonly isSameStore: boolean;
    }
  | { readonly type: 'Arrived'; readonly at: number; readonly events: readonly CarriedEvent[] }
  | { readonly type: 'Lost'; readonly at: number };

/** Events kept: enough to look back at a burst, and little for a browser (some 5 MB). */
export const KEPT = 2_000;
/** The rate is of so long. */
const RATE_MS = 3_000;

export const emptyLog: BusLog = {
  connection: { type: 'connecting' },
  events: [],
  ...{ place: null, openedAt: 0, dropped: 0, hasGap: false, begunAnewAt: null, arrivals: [] },
};

/** Whatever repeats, comes late or is lost on the way: each event at most once, in order, bounded. */
export const reduceBusLog = (log: BusLog, news: BusNews, kept: number = KEPT): BusLog => {
  if (news.type === 'Arrived') return withArrived(log, news.events, news.at, kept);
  if (news.type === 'Lost')
    return log.connection.type === 'lost' ? log : { ...log, connection: { type: 'lost', since: news.at } };
  const { at, from, head, isSameStore } = news;
  const base = isSameStore ? log : { ...emptyLog, begunAnewAt: at };
  return {
    ...base,
    connection: { type: 'live', since: at },
    place: Math.max(base.place ?? 0, from),
    openedAt: head,
    hasGap: base.hasGap || (base.place !== null && from > base.place),
  };
};

/** Per second, over the last seconds. */
export const rateOf = ({ arrivals }: BusLog, now: number): number =>
  arrivals.reduce((sum, { at, count }) => (now - at < RATE_MS ? sum + count : sum), 0) / (RATE_MS / 1_000);

const withArrived = (log: BusLog, came: readonly CarriedEvent[], at: number, kept: number): BusLog => {
  let place = log.place ?? 0;
  let happened = 0;
  const fresh: CarriedEvent[] = [];
  for (const event of came) {
    if (event.sequence <= place) continue;
    place = event.sequence;
    if (place > log.openedAt) happened += 1;
    fresh.push(event);
  }
  if (fresh.length === 0) return log;
  const all = [...log.events, ...fresh.slice(-kept)];
  const arrivals = log.arrivals.filter((one) => at - one.at < RATE_MS);
  return {
    ...log,
    place,
    events: all.slice(-kept),
    dropped: log.dropped + log.events.length + fresh.length - Math.min(all.length, kept),
    arrivals: happened === 0 ? arrivals : [...arrivals, { at, count: happened }],
  };
};
