import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { topology } from '#adapters/topology.ts';
import { type DescribedDestinations, describeDestinations } from './settings/describeDestinations.ts';
import { type DescribedMapping, describeMapping } from './settings/describeMapping.ts';
import type { Context, Problem } from './settings/problem.ts';
import { readSettings, type Settings } from './settings/settings.ts';
import { billfold } from './stack.ts';

/** From context values to templates. What cannot be deployed is told all at once, and nothing is made. */
const main = (): void => {
  const app = new App();
  const read = readSettings({ ...ofTheCli(), ...app.node.getAllContext() });
  if (!('settings' in read)) refuse([...read.problems, ...problemsIn(read.mapping)]);
  else {
    const told = describeMapping(read.settings);
    const delivered = describeDestinations(read.settings.destinations);
    if ('described' in told && 'destinations' in delivered) {
      synthesise(app, read.settings, told.described, delivered.destinations);
      tellExamples(read.examples);
    } else
      refuse([...('problems' in told ? told.problems : []), ...('problems' in delivered ? delivered.problems : [])]);
  }
};

/** Of a mapping that nothing was found to be wrong with so far. */
const problemsIn = (mapping: string): readonly Problem[] => {
  if (mapping === '') return [];
  const told = describeMapping({ mapping, prefix: topology.prefix });
  return 'problems' in told ? told.problems : [];
};

/** The region that the CDK found in the AWS settings of whoever runs it. */
const ofTheCli = (): Context => {
  const { CDK_DEFAULT_REGION: region } = process.env;
  return region === undefined ? {} : { region };
};

const synthesise = (
  app: App,
  settings: Settings,
  described: DescribedMapping,
  destinations: DescribedDestinations | null,
): void => {
  const folder = mkdtempSync(join(tmpdir(), 'billfold-'));
  const mappingFile = join(folder, 'mapping.json');
  writeFileSync(mappingFile, JSON.stringify(described.mapping));
  try {
    billfold(app, { settings, described, mappingFile, destinations });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const tellExamples = (names: readonly string[]): void => {
  if (names.length > 0)
    process.stderr.write(`Example values stand for ${names.join(', ')}: a deployment asks for yours.\n`);
};

const refuse = (problems: readonly Problem[]): void => {
  const lines = problems.flatMap(({ where, what }) => `${where}: ${what}`.split('\n').map((line) => `  ${line}\n`));
  process.stderr.write(`billfold cannot be synthesised:\n${lines.join('')}`);
  process.exitCode = 1;
};

main();
