import { topology } from '#adapters/topology.ts';
import { ASSUMED, type Ledger } from '../cost/cost.ts';
import { stages } from '../cost/scaling.ts';
import { shardsOf, tableSizes } from './capacity.ts';
import { CLOCK_A_SECOND, GOOGLE_A_SECOND } from './day.ts';
import {
  changesADay,
  dueADay,
  type Programme,
  passesADay,
  peakASecond,
  programmeOf,
  purchaseRows,
  rowsADay,
} from './programme.ts';

/** Something that ends. uses grows with the members; allows does not, or more slowly. */
export type Limit = {
  readonly name: string;
  /** knob: a number of billfold's own, that costs what it costs. quota: of an account, raised on request. wall: nobody moves it. */
  readonly kind: 'knob' | 'quota' | 'wall';
  readonly turn: string;
  readonly uses: (programme: Programme) => number;
  readonly allows: number | ((programme: Programme) => number);
};

/** Sources: infra/SCALING.md, "Where the limits are from". */
export const limitsOf = (ledger: Ledger): readonly Limit[] => {
  const sizes = (programme: Programme) => tableSizes(programme, ledger);
  const written = (programme: Programme): number => Math.max(...sizes(programme).map(({ writes }) => writes));
  const inFlight = (programme: Programme): number => {
    const shards = shardsOf(sizes(programme));
    const { poke, announce, publish } = topology.pipes;
    const ofEvents = poke.source.parallelizationFactor + announce.source.parallelizationFactor;
    return shards.events * ofEvents + shards.views * publish.source.parallelizationFactor;
  };
  const stage = (name: string, perDelivery: number, turn: string): Limit => ({
    ...{ name: `${name}, in the busiest minutes`, kind: 'knob', turn },
    uses: (programme) => peakASecond(programme) * perDelivery,
    allows: (programme) => stages(shardsOf(sizes(programme))).find((one) => one.name === name)?.perSecond ?? Number.NaN,
  });
  return [
    {
      ...{ name: 'Salesforce: change events delivered in 24 hours', kind: 'quota' },
      turn: 'the add-on, 100,000 a day each; or loads each few minutes instead of change events',
      ...{ uses: changesADay, allows: 50_000 },
    },
    {
      ...{ name: 'AppFlow: 10 MB of change events in five seconds', kind: 'quota' },
      turn: 'a support case; or Event Relay',
      ...{ uses: (programme) => peakASecond(programme) * 5 * ASSUMED.changeEventBytes, allows: 10e6 },
    },
    {
      ...{ name: 'AppFlow: 15 GB in one run of the largest object', kind: 'wall' },
      turn: 'several flows of one object, by a filter, told as one in `fullLoads`',
      ...{ uses: (programme) => purchaseRows(programme) * ASSUMED.rowBytes, allows: 15e9 },
    },
    {
      ...{ name: 'loaders: rows of full loads read in a day', kind: 'knob' },
      turn: '`queueSources.parts.maximumConcurrency`',
      uses: rowsADay,
      allows: (topology.queueSources.parts.maximumConcurrency * 86_400 * 1_000) / ASSUMED.rowMs,
    },
    {
      ...{ name: 'clock: ids of the largest object in memory, for who is absent', kind: 'knob' },
      turn: '`functions.clock.memoryMb`, up to 10,240; beyond, deletions by change events alone',
      ...{ uses: (programme) => purchaseRows(programme) * ID_BYTES, allows: topology.functions.clock.memoryMb * 1e6 },
    },
    {
      ...{ name: 'clock: who is due at midnight, within a day', kind: 'wall' },
      turn: 'nothing yet: one function at a time folds them',
      ...{ uses: dueADay, allows: CLOCK_A_SECOND * 86_400 },
    },
    stage('ingest', 1, '`queueSources.ingest.maximumConcurrency`'),
    stage('projector', 1, '`pipes.poke.source.parallelizationFactor`; a table that is warm has more shards'),
    stage('walletEvent', 1, '`pipes.publish.source.parallelizationFactor`'),
    stage('relay', 1, '`queueSources.relayLive.maximumConcurrency`'),
    stage('middleware, most tasks', 1, '`size.maxTasks` of MiddlewareHost'),
    {
      ...{ name: 'EventBridge: entries put in a second, us-east-1', kind: 'quota' },
      turn: 'a request; 400 a second is where it begins in smaller regions',
      ...{ uses: (programme) => 2 * peakASecond(programme), allows: 10_000 },
    },
    {
      ...{ name: 'EventBridge Pipes: batches at once', kind: 'quota' },
      turn: 'a request; a lower `parallelizationFactor` of `publish`',
      ...{ uses: inFlight, allows: 3_000 },
    },
    {
      ...{ name: 'DynamoDB: write units a second of the busiest table', kind: 'quota' },
      turn: 'a request',
      ...{ uses: written, allows: 40_000 },
    },
    {
      ...{ name: 'DynamoDB: one partition of the index `waiting`, 1,000 write units', kind: 'wall' },
      turn: 'more buckets (`adapters/dynamodb/deliveryItem.ts`); revisions that come faster are one delivery',
      // Of each destination and lane: shown on arrival, moved by a claim (two), gone when settled.
      ...{ uses: (programme) => (peakASecond(programme) * 4) / WAITING_BUCKETS, allows: 1_000 },
    },
    {
      ...{ name: 'DynamoDB: one partition of the index `due`, 1,000 write units', kind: 'wall' },
      turn: 'more buckets (`adapters/dynamodb/liveItem.ts`)',
      ...{ uses: (programme) => (peakASecond(programme) * 2) / DUE_BUCKETS, allows: 1_000 },
    },
    {
      ...{ name: 'Google: passes changed in a day, at 15 a second', kind: 'quota' },
      turn: 'ask Google for more than 20 a second an issuer, then `limits` in `destinations.json`',
      uses: (programme) => passesADay(programme) * programme.google,
      allows: GOOGLE_A_SECOND * 86_400,
    },
  ];
};

/** Of an id, kept packed: 35 million in 630 MB. */
const ID_BYTES = 18;
const DUE_BUCKETS = 16;
const WAITING_BUCKETS = 4;

export type Hit = { readonly limit: Limit; readonly members: number };

/** At how many members each ends, the first to end first. */
export const hitsOf = (changesAYear: number, ledger: Ledger): readonly Hit[] =>
  limitsOf(ledger)
    .map((limit) => ({ limit, members: membersAt(limit, changesAYear) }))
    .toSorted((a, b) => a.members - b.members);

export const used = ({ uses, allows }: Limit, programme: Programme): number =>
  uses(programme) / (typeof allows === 'number' ? allows : allows(programme));

/** The first size that does not fit: shards grow in steps, so that a larger one may fit again. */
const membersAt = (limit: Limit, changesAYear: number): number => {
  const isOver = (members: number): boolean => used(limit, programmeOf(members, changesAYear)) >= 1;
  let above = FEWEST;
  while (!isOver(above)) {
    if (above > MOST) return Number.POSITIVE_INFINITY;
    above *= 1.25;
  }
  let below = above / 1.25;
  while (above / below > 1.001) {
    const middle = Math.sqrt(below * above);
    if (isOver(middle)) above = middle;
    else below = middle;
  }
  return above;
};
const FEWEST = 1_000;
/** Everybody. */
const MOST = 8e9;
