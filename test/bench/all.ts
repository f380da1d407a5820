import { append } from './append.ts';
import { baseline } from './baseline.ts';
import type { Benchmark } from './benchmark.ts';
import { bundles } from './bundles.ts';
import { change } from './change.ts';
import { consoleBenchmark } from './console.ts';
import { curves } from './curves.ts';
import { deliver } from './deliver.ts';
import { foldBenchmark } from './fold.ts';
import { inbound } from './inbound.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { ndjson } from './ndjson.ts';
import { overload } from './overload.ts';
import { peers } from './peerStores.ts';
import { replay } from './replay.ts';
import { signBenchmark } from './sign.ts';
import { split } from './split.ts';
import { unchanged } from './unchanged.ts';

export const benchmarks: readonly Benchmark[] = [
  ndjson,
  unchanged,
  append,
  foldBenchmark,
  load,
  memory,
  replay,
  million,
  bundles,
  split,
  signBenchmark,
  deliver,
  inbound,
  consoleBenchmark,
  peers,
  change,
  baseline,
  latency,
  curves,
  overload,
];

/** About how long each takes at its own size and five rounds, on two cores with nothing beside it. */
export const MINUTES: Readonly<Record<string, number>> = {
  ...{ ndjson: 1, append: 1, fold: 1, load: 1.5, memory: 1.5, replay: 4, million: 5, bundles: 2 },
  ...{
    split: 6,
    sign: 1,
    deliver: 2,
    inbound: 2,
    console: 2,
    peers: 2,
    change: 4,
    baseline: 1,
    latency: 3,
    curves: 4,
    overload: 7,
  },
};
