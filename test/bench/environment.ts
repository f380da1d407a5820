import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Report } from './benchmark.ts';

/** What a figure is worth nothing without. */
export type Environment = {
  /** ISO 8601, UTC: when it began. */
  readonly date: string;
  /** null: not in a repository. */
  readonly commit: string | null;
  /** Whether anything but RESULTS.md differs from the commit. */
  readonly isDirty: boolean;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly nodeOptions: string;
  /** null: another DynamoDB API was given. */
  readonly dynoxide: string | null;
};

/** Processes at work over the last minute, this one included. */
export type LoadAverage = { readonly before: number; readonly after: number };

export type MeasuredReport = Report & {
  readonly command: string;
  readonly environment: Environment & { readonly loadAverage: LoadAverage };
  readonly seconds: number;
};

export const readEnvironment = (): Environment => ({
  date: new Date().toISOString(),
  commit: git('rev-parse', '--short', 'HEAD'),
  isDirty: git('status', '--porcelain', '--', ':/', ':(top,exclude)test/bench/RESULTS.md') !== '',
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: `${type()} ${release().split('-')[0]}`,
  node: process.versions.node,
  nodeOptions: process.env.NODE_OPTIONS ?? '',
  dynoxide: dynoxideVersion(),
});

export const loadAverage = (): number => Number((loadavg()[0] ?? 0).toFixed(2));

/** One line, for under a table. */
export const environmentLine = ({ environment, command, seconds }: MeasuredReport): string => {
  const { date, commit, isDirty, cpu, cores, memoryGb, kernel, node, dynoxide, loadAverage: load } = environment;
  return [
    date.slice(0, 10),
    commit === null ? 'no commit' : `at ${commit}${isDirty ? ' with changes' : ''}`,
    `\`${command}\` (${Math.round(seconds)} s)`,
    `${cores} cores (${cpu})`,
    `${memoryGb} GB`,
    kernel,
    `Node ${node}`,
    dynoxide === null ? 'another DynamoDB API' : `dynoxide ${dynoxide}`,
    `load average ${load.before} before, ${load.after} after`,
  ].join(', ');
};

const git = (...args: readonly string[]): string | null => {
  try {
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};

const dynoxideVersion = (): string | null => {
  if (process.env.BILLFOLD_DYNAMODB_ENDPOINT) return null;
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    return JSON.parse(readFileSync(manifest, 'utf8')).version;
  } catch {
    return null;
  }
};
