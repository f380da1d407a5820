import { append } from './append.ts';
import type { Benchmark } from './benchmark.ts';
import { bundles } from './bundles.ts';
import { consoleBenchmark } from './console.ts';
import { deliver } from './deliver.ts';
import { foldBenchmark } from './fold.ts';
import { inbound } from './inbound.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { ndjson } from './ndjson.ts';
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
];
