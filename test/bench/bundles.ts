import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionName } from '#adapters/topology.ts';
import { type Bundle, bundledFunctions, bundleOf, bundleOfClients } from '#test/support/bundle.ts';
import { lambdaEnvironment } from '#test/support/lambdaEnvironment.ts';
import type { Benchmark } from './benchmark.ts';
import { spread } from './measure.ts';
import { inTemporaryDirectory } from './rows.ts';
import type { Row, Spread } from './table.ts';

/** How large a function is on AWS, and how long its import takes in a fresh process, against the clients that it uses. */
export const bundles: Benchmark = {
  name: 'bundles',
  about: 'the functions of Lambda, bundled, against the SDK clients they use',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const environment = await lambdaEnvironment(directory, 'billfold');
      const rows: Row[] = [];
      for (const name of bundledFunctions.slice(0, size.functions ?? bundledFunctions.length)) {
        say(`  ${name}`);
        rows.push(await measured(name, directory, environment, rounds));
      }
      return { name: 'bundles', tables: [{ title: `import: ${rounds} fresh processes of each, in turn`, rows }] };
    }),
};

const measured = async (
  name: FunctionName,
  directory: string,
  environment: Readonly<Record<string, string>>,
  rounds: number,
): Promise<Row> => {
  const bundle = await bundleOf(name);
  const sizes = { function: name, 'min, KB': kb(bundle), 'gzip, KB': bundle.gzipBytes / 1000 };
  const path = await written(directory, name, bundle);
  if (bundle.clients.length === 0) {
    const own = Array.from({ length: rounds }, () => importOf(path, environment));
    return { ...sizes, clients: 'none', ...columns(own) };
  }
  const whole = await bundleOfClients(bundle.clients, 'whole');
  const trimmed = await bundleOfClients(bundle.clients, 'trimmed');
  const basePath = await written(directory, `${name}-clients`, whole);
  const [own, base]: [Import[], Import[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) own.push(importOf(path, environment));
    base.push(importOf(basePath, environment));
    if (round % 2 === 1) own.push(importOf(path, environment));
  }
  return {
    ...sizes,
    clients: bundle.clients.join(', '),
    'of the clients': bundle.code.length / whole.code.length,
    'gzip of theirs': bundle.gzipBytes / whole.gzipBytes,
    'of the clients, as trimmed': bundle.code.length / trimmed.code.length,
    ...columns(own),
    'CPU of theirs': ratioOf(own, base),
  };
};

const columns = (imports: readonly Import[]): Row => ({
  'import, ms': spread(imports.map(({ wallMs }) => wallMs)),
  'CPU ms': spread(imports.map(({ cpuMs }) => cpuMs)),
});

const kb = ({ code }: Bundle): number => code.length / 1000;

const written = async (directory: string, name: string, { code }: Bundle): Promise<string> => {
  const path = join(directory, `${name}.mjs`);
  await writeFile(path, code);
  return path;
};

/** Of the import alone: a process of Node takes some forty milliseconds before it. cpu: of all its threads. */
type Import = { readonly wallMs: number; readonly cpuMs: number };

const importOf = (path: string, environment: Readonly<Record<string, string>>): Import => {
  const script = `
    const [at, before] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(pathToFileURL(path).href)});
    const { user, system } = process.cpuUsage(before);
    console.log(performance.now() - at, (user + system) / 1000);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...environment, PATH: process.env.PATH },
    encoding: 'utf8',
  });
  const [wallMs, cpuMs] = printed.trim().split(' ').map(Number);
  return { wallMs: wallMs ?? Number.NaN, cpuMs: cpuMs ?? Number.NaN };
};

const ratioOf = (own: readonly Import[], base: readonly Import[]): Spread => {
  const { min, max } = spread(own.map(({ cpuMs }, round) => cpuMs / (base[round]?.cpuMs ?? Number.NaN)));
  const median = (imports: readonly Import[]): number => spread(imports.map(({ cpuMs }) => cpuMs)).median;
  return { median: median(own) / median(base), min, max };
};
