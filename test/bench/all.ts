import { append } from './append.ts';
import type { Benchmark } from './benchmark.ts';
import { foldBenchmark } from './fold.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { ndjson } from './ndjson.ts';

export const benchmarks: readonly Benchmark[] = [ndjson, append, foldBenchmark, load, memory];
