import { useMemo, useState } from 'react';
import type { Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { type BusLog, KEPT } from '../api/busLog.ts';
import { passesBefore } from './walletDetail.ts';

type Hold = { readonly why: 'paused' | 'reading'; readonly log: BusLog };

/** The list as its reader sees it: as things come, or as it was when reading began, so that nobody loses the place. */
export type Held = {
  /** null: nothing is held. reading: by itself, until its reader is back at the top. */
  readonly why: Hold['why'] | null;
  /** Oldest first, what matches. */
  readonly shown: readonly CarriedEvent[];
  /** The member's pass before an event, by sequence number, where it was seen. */
  readonly before: ReadonlyMap<number, Pass>;
  /** Matching events that came since. */
  readonly news: number;
  readonly newsText: string;
  readonly pause: () => void;
  readonly read: () => void;
  readonly resume: () => void;
};

export const useHeld = (log: BusLog, matches: (event: CarriedEvent) => boolean): Held => {
  const [hold, setHold] = useState<Hold | null>(null);
  const events = (hold?.log ?? log).events;
  const shown = useMemo(() => events.filter(matches), [events, matches]);
  const before = useMemo(() => passesBefore(events), [events]);
  const news = hold === null ? 0 : newsSince(hold.log, log, matches);
  return {
    ...{ why: hold?.why ?? null, shown, before, news },
    newsText: news >= KEPT ? `${KEPT.toLocaleString()} or more` : news.toLocaleString(),
    pause: () => setHold((now) => ({ why: 'paused', log: now?.log ?? log })),
    read: () => setHold((now) => now ?? { why: 'reading', log }),
    resume: () => setHold(null),
  };
};

const newsSince = (then: BusLog, now: BusLog, matches: (event: CarriedEvent) => boolean): number => {
  const place = then.begunAnewAt === now.begunAnewAt ? (then.place ?? 0) : 0;
  return now.events.filter((event) => event.sequence > place && matches(event)).length;
};
