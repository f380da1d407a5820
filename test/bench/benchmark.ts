import type { Row } from './table.ts';

/** One thing worth measuring against the least that could do the same. */
export type Benchmark = {
  readonly name: string;
  readonly about: string;
  /** Runs beside other event stores: their packages are installed first (peers.ts). */
  readonly needsPeers?: true;
  readonly run: (options: BenchmarkOptions) => Promise<Report>;
};

export type BenchmarkOptions = {
  readonly rounds: number;
  /** null: the benchmark's own size. */
  readonly size: BenchmarkSize;
  /** Shown while it runs. */
  readonly say: (line: string) => void;
};

export type BenchmarkSize = {
  readonly megabytes: number | null;
  readonly members: number | null;
  readonly events: number | null;
  /** How long, where that is chosen. */
  readonly minutes?: number | null;
  /** How many of those of Lambda; null: all. */
  readonly functions?: number | null;
};

/** Tables, each with what it was measured on. */
export type Report = {
  readonly name: string;
  readonly tables: readonly { readonly title: string; readonly rows: readonly Row[] }[];
};
