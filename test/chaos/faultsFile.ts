import { readFileSync, writeFileSync } from 'node:fs';
import { type Environment, environmentLine, type LoadAverage } from '#test/bench/environment.ts';
import { withSection } from '#test/bench/resultsFile.ts';
import { countsText, type Line, tableOf } from './report.ts';
import type { ChaosReport } from './run.ts';

const FAULTS = new URL('../../infra/FAULTS.md', import.meta.url);

export type Written = {
  readonly lines: readonly Line[];
  readonly report: ChaosReport;
  readonly command: string;
  readonly environment: Environment & { readonly loadAverage: LoadAverage };
};

/** The last long run, in the place that infra/FAULTS.md has for it. */
export const writeFaults = ({ lines, report, command, environment }: Written): void => {
  const line = environmentLine({ environment, command, seconds: report.tookMs / 1_000, name: 'chaos', tables: [] });
  const text = `${line}.\n\n${tableOf(lines)}\n\n${countsText(report)}`;
  writeFileSync(FAULTS, withSection(readFileSync(FAULTS, 'utf8'), 'chaos', text));
};
