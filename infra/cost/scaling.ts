import { topology } from '#adapters/topology.ts';
import { HOST_SIZE } from '../host/size.ts';
import { table } from '../markdown.ts';
import { ASSUMED } from './cost.ts';

/** A stage that everything passes, and how many changes a second fit through it. */
export type Stage = {
  readonly name: string;
  readonly knob: string;
  readonly arithmetic: string;
  readonly perSecond: number;
};

/** Deliveries a second of one task with half a vCPU. Not measured on AWS. */
const DELIVERIES_PER_TASK = 50;
/** Shards of the stream of a table: as many as it has partitions, which nobody is told; one is the least. */
export type Shards = { readonly events: number; readonly views: number };
const LEAST: Shards = { events: 1, views: 1 };

export const stages = (shards: Shards = LEAST): readonly Stage[] => {
  const { queueSources, pipes } = topology;
  return [
    atOnce(
      'ingest',
      'queueSources.ingest.maximumConcurrency',
      queueSources.ingest.maximumConcurrency,
      queueSources.ingest.batchSize,
    ),
    atOnce(
      'projector',
      'pipes.poke.source.batchSize',
      shards.events * pipes.poke.source.parallelizationFactor,
      pipes.poke.source.batchSize,
    ),
    atOnce(
      'announcer',
      'pipes.announce.source.parallelizationFactor',
      shards.events * pipes.announce.source.parallelizationFactor,
      pipes.announce.source.batchSize,
    ),
    atOnce(
      'walletEvent',
      'pipes.publish.source.parallelizationFactor',
      shards.views * pipes.publish.source.parallelizationFactor,
      pipes.publish.source.batchSize,
    ),
    atOnce(
      'relay',
      'queueSources.relayLive.maximumConcurrency',
      queueSources.relayLive.maximumConcurrency,
      queueSources.relayLive.batchSize,
    ),
    {
      name: 'middleware, fewest tasks',
      knob: 'size.minTasks of MiddlewareHost',
      arithmetic: `${HOST_SIZE.minTasks} tasks × ${DELIVERIES_PER_TASK} a second`,
      perSecond: HOST_SIZE.minTasks * DELIVERIES_PER_TASK,
    },
    {
      name: 'middleware, most tasks',
      knob: 'size.maxTasks of MiddlewareHost',
      arithmetic: `${HOST_SIZE.maxTasks} tasks × ${DELIVERIES_PER_TASK} a second`,
      perSecond: HOST_SIZE.maxTasks * DELIVERIES_PER_TASK,
    },
  ];
};

type Timed = 'ingest' | 'projector' | 'announcer' | 'walletEvent' | 'relay';

const atOnce = (name: Timed, knob: string, inFlight: number, batch: number): Stage => {
  const { batchMs, itemMs } = ASSUMED[name];
  const arithmetic = `${inFlight} at once × ${batch} / (${batchMs} + ${batch} × ${itemMs} ms)`;
  return { name, knob, arithmetic, perSecond: throughput(name, inFlight, batch) };
};

/** Items a second, where so many full batches are worked on at once. */
export const throughput = (name: Timed, inFlight: number, batch: number): number => {
  const { batchMs, itemMs } = ASSUMED[name];
  return (inFlight * batch * 1_000) / (batchMs + batch * itemMs);
};

/** Days differ; within one, the busiest second is taken to be ten times the average. */
const PEAK = 10;
export const DAYS = [500, 50_000, 2_000_000] as const;

export const peakOf = (perDay: number): number => (perDay * PEAK) / 86_400;

/** The tables of infra/SCALING.md. */
export const scalingTables = (): Readonly<Record<string, string>> => ({
  stages: table(
    ['Stage', 'Knob', 'Arithmetic', 'Changes a second'],
    stages().map(({ name, knob, arithmetic, perSecond }) => [
      name,
      `\`${knob}\``,
      arithmetic,
      String(Math.floor(perSecond)),
    ]),
    { isText: true },
  ),
  days: table(
    ['Changes a day', 'Average a second', 'Peak a second', ...stages().map(({ name }) => name)],
    DAYS.map((perDay) => [
      perDay.toLocaleString('en'),
      short(perDay / 86_400),
      short(peakOf(perDay)),
      ...stages().map(({ perSecond }) => `${short((100 * peakOf(perDay)) / perSecond)} %`),
    ]),
    { isText: true },
  ),
});

const short = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));
