import { fork } from 'node:child_process';
import type { Benchmark, BenchmarkSize, Report } from './benchmark.ts';
import { loadAverage, type MeasuredReport, readEnvironment } from './environment.ts';

export type Settings = { readonly rounds: number } & Partial<BenchmarkSize>;
export type Order = { readonly name: string; readonly rounds: number; readonly size: BenchmarkSize };

/** A benchmark in a process of its own, and what it ran on. Rejects where it failed; its lines go to stderr. */
export const measureApart = async ({ name }: Benchmark, settings: Settings): Promise<MeasuredReport> => {
  const { rounds, megabytes = null, members = null, events = null, minutes = null } = settings;
  const environment = readEnvironment();
  const before = loadAverage();
  const startedAtMs = performance.now();
  const report = await runApart({ name, rounds, size: { megabytes, members, events, minutes } });
  const seconds = (performance.now() - startedAtMs) / 1000;
  const command = commandOf(name, settings, environment.nodeOptions);
  return {
    ...report,
    command,
    environment: { ...environment, loadAverage: { before, after: loadAverage() } },
    seconds,
  };
};

/** So that none inherits another's heap or compiled code. */
const runApart = (order: Order): Promise<Report> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./runBenchmark.ts', import.meta.url), [JSON.stringify(order)]);
    let report: Report | null = null;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (report !== null && code === 0) resolve(report);
      else reject(new Error(`${order.name} ended with ${signal ?? `exit code ${code}`}`));
    });
  });

/** What gives this very report again. */
const commandOf = (name: string, settings: Settings, nodeOptions: string): string => {
  const given = (['rounds', 'megabytes', 'members', 'events', 'minutes'] as const).flatMap((option) => {
    const value = settings[option];
    return value == null ? [] : [`--${option} ${value}`];
  });
  const under = nodeOptions === '' ? '' : `NODE_OPTIONS="${nodeOptions}" `;
  return `${under}npm run bench -- ${[name, ...given].join(' ')}`;
};
