import { readFileSync, writeFileSync } from 'node:fs';
import { type Environment, environmentLine, type LoadAverage } from '#test/bench/environment.ts';
import { withSection } from '#test/bench/resultsFile.ts';
import type { FuzzReport } from './fuzz.ts';

export type Played = FuzzReport & { readonly seconds: number };

export const HEAD =
  '| Decoder | Cases | Understood | Put aside | Refused | Slowest, ms of CPU | Cases/s |\n|---|---|---|---|---|---|---|';

export const rowOf = ({ target, cases, outcomes, slowestCpuMs, seconds }: Played): string => {
  const perSecond = Math.round(cases / Math.max(seconds, 0.001));
  const cells = [cases, outcomes.value, outcomes.aside, outcomes.refused, Math.ceil(slowestCpuMs), perSecond];
  return `| ${[target, ...cells.map((count) => count.toLocaleString('en'))].join(' | ')} |`;
};

export const totalOf = (played: readonly Played[]): string => {
  const cases = played.reduce((sum, one) => sum + one.cases, 0);
  const seconds = played.reduce((sum, one) => sum + one.seconds, 0);
  const broken = played.filter(({ failure }) => failure !== null).map(({ target }) => target);
  const outcome = broken.length === 0 ? 'none broke a decoder' : `broken: ${broken.join(', ')}`;
  return `${cases.toLocaleString('en')} cases of ${played.length} decoders in ${Math.round(seconds)} s: ${outcome}.`;
};

const SECURITY = new URL('../../infra/SECURITY.md', import.meta.url);

export type Written = {
  readonly played: readonly Played[];
  readonly command: string;
  readonly environment: Environment & { readonly loadAverage: LoadAverage };
};

/** The last long run, in the place that infra/SECURITY.md has for it. */
export const writeFuzz = ({ played, command, environment }: Written): void => {
  const seconds = played.reduce((sum, one) => sum + one.seconds, 0);
  const line = environmentLine({ environment, command, seconds, name: 'fuzz', tables: [] });
  const text = `${line}.\n\n${[HEAD, ...played.map(rowOf)].join('\n')}\n\n${totalOf(played)}`;
  writeFileSync(SECURITY, withSection(readFileSync(SECURITY, 'utf8'), 'fuzz', text));
};
