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
  run: ({ rounds, say }) =>
    inTemporaryDirectory(async (directory) => {
      const environment = await lambdaEnvironment(directory, 'billfold');
      const rows: Row[] = [];
      for (const name of bundledFunctions) {
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
  const importMs = timerOf(environment);
  const path = await written(directory, name, bundle);
  if (bundle.clients.length === 0) {
    const times = Array.from({ length: rounds }, () => importMs(path));
    return { ...sizes, clients: 'none', 'import, ms': spread(times) };
  }
  const whole = await bundleOfClients(bundle.clients, 'whole');
  const trimmed = await bundleOfClients(bundle.clients, 'trimmed');
  const basePath = await written(directory, `${name}-clients`, whole);
  const times: { readonly own: number; readonly base: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = importMs(round % 2 === 0 ? path : basePath);
    const second = importMs(round % 2 === 0 ? basePath : path);
    times.push(round % 2 === 0 ? { own: first, base: second } : { own: second, base: first });
  }
  return {
    ...sizes,
    clients: bundle.clients.join(', '),
    'of the clients': bundle.code.length / whole.code.length,
    'gzip of theirs': bundle.gzipBytes / whole.gzipBytes,
    'of the clients, as trimmed': bundle.code.length / trimmed.code.length,
    'import, ms': spread(times.map(({ own }) => own)),
    'of theirs': ratioOf(times),
  };
};

const kb = ({ code }: Bundle): number => code.length / 1000;

const written = async (directory: string, name: string, { code }: Bundle): Promise<string> => {
  const path = join(directory, `${name}.mjs`);
  await writeFile(path, code);
  return path;
};

/** Of the import alone: a process of Node takes some forty milliseconds before it. */
const timerOf =
  (environment: Readonly<Record<string, string>>) =>
  (path: string): number => {
    const script = `const at = performance.now(); await import(${JSON.stringify(pathToFileURL(path).href)}); console.log(performance.now() - at)`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...environment, PATH: process.env.PATH },
      encoding: 'utf8',
    });
    return Number(printed);
  };

const ratioOf = (times: readonly { readonly own: number; readonly base: number }[]): Spread => {
  const { min, max } = spread(times.map(({ own, base }) => own / base));
  const [own, base] = [spread(times.map((time) => time.own)), spread(times.map((time) => time.base))];
  return { median: own.median / base.median, min, max };
};
