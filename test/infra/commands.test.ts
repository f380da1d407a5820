import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSettings } from '#infra/settings/settings.ts';
import { readAwsCommand } from '#test/support/awsCommand.ts';
import { readBillfoldCommand } from '#test/support/billfoldCommand.ts';
import { guideCommands, guidePart, typed } from '#test/support/operatingGuide.ts';
import { unnested, wordsOf } from '#test/support/shellWords.ts';

type Check = (command: string) => void | Promise<void>;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
/** What the command line reads of the environment. */
const variables = ['adapters/cli/client.ts', 'adapters/topology.ts'].flatMap(
  (file) => readFileSync(file, 'utf8').match(/\bBILLFOLD_[A-Z_]+\b/g) ?? [],
);

/** `-c name=value` as the stacks would take it; what is required and not said here stands in `cdk.json`. */
const asksForSettings: Check = (command) => {
  const read = readSettings({ isExample: 'true', ...contextOf(command) });
  expect('problems' in read ? read.problems : []).toEqual([]);
};
const contextOf = (command: string): Readonly<Record<string, string>> => {
  const said = [...command.matchAll(/ -c (\S+?)=(\S+)/g)].map(([, name, value]) => [name, value]);
  expect(command.match(/ -c\b/g) ?? []).toHaveLength(said.length);
  return Object.fromEntries(said);
};

/** By what it begins with, the longest first: what holds it against the thing itself. */
const checks: Readonly<Record<string, Check>> = {
  'npm run synth': asksForSettings,
  'npm run deploy': asksForSettings,
  'npx cdk bootstrap': asksForSettings,
  'npx cdk deploy billfold-store': asksForSettings,
  'npx cdk destroy billfold': asksForSettings,
  'npm run': (command) => expect(scripts).toHaveProperty(command.split(' ')[2] ?? ''),
  // Typed by test/flow/operating.int.ts, against a service that runs.
  'npm start': () => undefined,
  'npx billfold': readBillfoldCommand,
  aws: (command) => expect(readAwsCommand(command).operation).toMatch(/^[A-Z]/),
  // Followed by test/flow/operating.int.ts, but for the link, which test/adapters/middleware/deliveriesApi.test.ts asks for.
  curl: (command) => expect(command).toMatch(/(?:\/health(?:\/ready)?|\/api\/passes\/ID\/save-link)$/),
  export: (command) => {
    const [, name = ''] = /^export ([A-Z_]+)=./.exec(command) ?? [];
    expect(variables).toContain(name);
  },
  date: (command) => expect(command).toMatch(/^date (?:-u )?(?:-d '-\d+ (?:hours?|day)' )?\+(?:%s(?:000)?|%FT%TZ)$/),
};

/** What nobody can check here, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'npm ci': 'asks the package registry, which no test does; whoever runs the tests has typed it',
  'aws s3 ls s3://LAKE/errors/events/ --recursive':
    'a command of the AWS CLI alone, of which no model speaks: read in its help',
};

const checkOf = (command: string): Check => {
  const [begin] = Object.keys(checks).filter((one) => `${command} `.startsWith(`${one} `));
  const check = begin === undefined ? undefined : checks[begin];
  if (check === undefined) throw new Error(`nobody checks: ${command}`);
  return check;
};

const written = [...new Set(typed.flatMap(unnested))].filter((command) => !Object.hasOwn(exceptions, command));

describe('what the guide, the first hour and the runbooks tell somebody to type', () => {
  test.each(written)('%s', async (command) => {
    await checkOf(command)(command);
  });

  test('is much, and all but a few lines of it can be checked', () => {
    expect(written.length).toBeGreaterThan(120);
    expect(Object.keys(exceptions).filter((command) => !typed.includes(command))).toEqual([]);
  });

  test.each([
    'aws dynamodb restore-table --table-name x',
    'aws dynamodb update-table --table-name x --deletion-protection',
    'aws dynamodb update-table --table-name x --stream-specification Enabled=true',
    'aws dynamodb update-table --deletion-protection-enabled',
    "aws dynamodb describe-table --table-name x --query 'Table.LatestArn'",
    'aws dynamodb delete-item --table-name x --key \'{"p":{"Text":"y"}}\'',
    'aws sqs get-queue-url --name x',
    'aws stepfunctions list-executions --status FAILED',
    'aws secretsmanager put-secret-value --secret-string x',
    'aws logs filter-log-events --log-group x',
    "aws lambda get-function-configuration --function-name x --query '[Status]'",
    'aws route53 list-hosted-zones',
    'npx billfold replays --aws',
    'npx billfold replay --awsome',
    'npx billfold verify --sample much',
    'npx billfold member',
    'npx billfold pipes pause poke publish --aws',
    'npm run deploy -- -c connectorProfil=salesforce',
    'npm run sizes',
    'export BILLFOLD_MIDDLEWARE=x',
    'terraform apply',
  ])('%s: what there is not is noticed', async (wrong) => {
    await expect((async () => checkOf(wrong)(wrong))()).rejects.toThrow();
  });
});

test('what the guide installs is what test/infra/synth.int.ts synthesises', () => {
  const [command = ''] = guideCommands('npm', guidePart('Install')).filter((one) => one.startsWith('npm run synth '));
  const settingsOf = (context: object) => readSettings({ isExample: 'true', ...context });
  expect(settingsOf(contextOf(command))).toMatchObject({ examples: ['region'] });
  expect({ ...settingsOf(contextOf(command)), examples: [] }).toEqual({ ...settingsOf({}), examples: [] });
});

test('words are taken apart as a shell does', () => {
  expect(wordsOf(`export A='{"b":"c d"}'`)).toEqual(['export', 'A={"b":"c d"}']);
  expect(wordsOf(`curl -H "Authorization: Bearer $A" --query '[a, b]' x`)).toEqual([
    ...['curl', '-H', 'Authorization: Bearer $A', '--query', '[a, b]', 'x'],
  ]);
  expect(unnested('a $(b --c $(date +%s)) d')).toEqual(['date +%s', 'b --c 1', 'a PRINTED d']);
});
