import type { Benchmark } from './benchmark.ts';
import { ndjson } from './ndjson.ts';

export const benchmarks: readonly Benchmark[] = [ndjson];
