import type { Row } from './table.ts';

/** One thing worth measuring against the least that could do the same. */
export type Benchmark = {
  readonly name: string;
  readonly about: string;
  /** Takes minutes. */
  readonly onlyByName?: true;
  readonly run: (options: BenchmarkOptions) => Promise<Report>;
};

export type BenchmarkOptions = {
  readonly rounds: number;
  /** null: the benchmark's own size. */
  readonly size: { readonly megabytes: number | null; readonly members: number | null; readonly events: number | null };
  /** Shown while it runs. */
  readonly say: (line: string) => void;
};

/** Tables, each with what it was measured on. */
export type Report = {
  readonly name: string;
  readonly tables: readonly { readonly title: string; readonly rows: readonly Row[] }[];
};
