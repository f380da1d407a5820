import { topology } from '#adapters/topology.ts';
import { ASSUMED, CLOCK_PAGE } from '../cost/cost.ts';
import { type Shards, stages, throughput } from '../cost/scaling.ts';
import { changesADay, dueADay, type Programme } from './programme.ts';
import { type Flow, inOrder, liveFirst, type Passed } from './queue.ts';

/** Minutes, the longest of the day. none: nothing of that lane comes by. */
export type Wait = number | 'more each day' | 'none';

/** What a day does to a stage. */
export type StageDay = {
  readonly stage: string;
  readonly perSecond: number;
  /** The busiest minute's, of what goes through. */
  readonly busiest: number;
  readonly liveWait: Wait;
  readonly bulkWait: Wait;
};

const DAY = 1_440;
/** adapters/google: what it is called at, unless a destination says otherwise. */
export const GOOGLE_A_SECOND = 15;
/** One function at a time folds a page side by side. */
export const CLOCK_A_SECOND =
  (CLOCK_PAGE * 1_000) / (ASSUMED.projector.batchMs + CLOCK_PAGE * ASSUMED.projector.itemMs);
const { relayBulk } = topology.queueSources;
const RELAY_BULK_A_SECOND = throughput('relay', relayBulk.maximumConcurrency, relayBulk.batchSize);

/** Two days alike, minute by minute, through the stages as the topology has them; told is the second. */
export const simulatedDay = (programme: Programme, shards: Shards): readonly StageDay[] => {
  const capacity = new Map(stages(shards).map(({ name, perSecond }) => [name, perSecond]));
  const told: StageDay[] = [];
  const through = (
    stage: string,
    arriving: Flow,
    serve: typeof inOrder,
    perSecond = capacity.get(stage) ?? Number.NaN,
  ): Flow => {
    const passed = serve(arriving, perSecond * 60);
    told.push(stageDay(stage, arriving, passed, perSecond));
    return passed.out;
  };

  const observed = through('ingest', twice(changes(programme)), inOrder);
  const due = through('clock', twice(midnight(programme)), inOrder, CLOCK_A_SECOND);
  const folded = through('projector', observed, inOrder);
  through('announcer', observed, inOrder);
  const published = through('walletEvent', both(folded, due), inOrder);
  const relayed = both(
    through('relay', only(published, 'live'), inOrder),
    through('relay, bulk', only(published, 'bulk'), inOrder, RELAY_BULK_A_SECOND),
  );
  through('middleware, most tasks', relayed, liveFirst);
  through('Google', share(relayed, programme.google), liveFirst, GOOGLE_A_SECOND);
  return told;
};

const stageDay = (stage: string, arriving: Flow, { waits, isBehind }: Passed, perSecond: number): StageDay => ({
  ...{ stage, perSecond },
  busiest: Math.max(...arriving.map(({ live, bulk }) => live + bulk)) / (perSecond * 60),
  liveWait: waitOf(arriving, 'live', isBehind.live, waits.live),
  bulkWait: waitOf(arriving, 'bulk', isBehind.bulk, waits.bulk),
});

const waitOf = (arriving: Flow, lane: 'live' | 'bulk', isBehind: boolean, minutes: number): Wait => {
  if (arriving.every((minute) => minute[lane] === 0)) return 'none';
  return isBehind ? 'more each day' : minutes;
};

/** Shops are open from 8 to 22, when four fifths happen; and ten minutes at noon are a campaign. */
const changes = (programme: Programme): Flow => {
  const all = changesADay(programme);
  const campaign = Math.min(all, (CAMPAIGN.minutes * programme.peak * all) / DAY);
  const open = OPEN.to - OPEN.from - CAMPAIGN.minutes;
  const rest = all - campaign;
  return Array.from({ length: DAY }, (_, minute) => {
    if (minute >= CAMPAIGN.from && minute < CAMPAIGN.from + CAMPAIGN.minutes)
      return { live: campaign / CAMPAIGN.minutes, bulk: 0 };
    const isOpen = minute >= OPEN.from && minute < OPEN.to;
    return { live: isOpen ? (0.8 * rest) / open : (0.2 * rest) / (DAY - open - CAMPAIGN.minutes), bulk: 0 };
  });
};
const OPEN = { from: 8 * 60, to: 22 * 60 };
const CAMPAIGN = { from: 12 * 60, minutes: 10 };

/** All at once: days begin at the same midnight for everybody. */
const midnight = (programme: Programme): Flow =>
  Array.from({ length: DAY }, (_, minute) => ({ live: 0, bulk: minute === 0 ? dueADay(programme) : 0 }));

const twice = (flow: Flow): Flow => [...flow, ...flow];
const both = (a: Flow, b: Flow): Flow =>
  a.map(({ live, bulk }, minute) => ({ live: live + (b[minute]?.live ?? 0), bulk: bulk + (b[minute]?.bulk ?? 0) }));
const only = (flow: Flow, lane: 'live' | 'bulk'): Flow =>
  flow.map((minute) => ({ live: 0, bulk: 0, [lane]: minute[lane] }));
const share = (flow: Flow, part: number): Flow =>
  flow.map(({ live, bulk }) => ({ live: live * part, bulk: bulk * part }));
