import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topology, type VariableName } from '#adapters/topology.ts';
import { describeMapping } from '#infra/settings/describeMapping.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'billfold-cdk-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** `npm run synth`: no network, no credentials. */
const synth = (...args: readonly string[]) => {
  const { AWS_PROFILE: _, AWS_REGION: __, ...environment } = process.env;
  return spawnSync(process.execPath, ['infra/synth.ts', '--output', out, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...environment, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
  });
};
const readJson = (name: string) => JSON.parse(readFileSync(join(out, name), 'utf8'));

describe('a synthesis', () => {
  let done: ReturnType<typeof synth>;
  beforeAll(() => {
    done = synth();
  }, 180_000);

  test('succeeds offline, without credentials and without a warning', () => {
    expect(done.stderr).not.toMatch(/WARNING|ERROR|Error/);
    expect(done.status, done.stderr).toBe(0);
  });

  test('says in a few lines what would be deployed, where, and that it was checked; nothing of how it was made', () => {
    expect(done.stdout).toBe('');
    expect(done.stderr.trim().split('\n').length).toBeLessThanOrEqual(12);
    expect(done.stderr).toMatch(/^billfold-store +\d+ resources .*6 tables/m);
    expect(done.stderr).toMatch(/^billfold +\d+ resources .*12 flows/m);
    expect(done.stderr).toMatch(/Example values stand for connectorProfile, alarmEmail/);
    expect(done.stderr).toMatch(/cdk-nag.*nothing found/);
  });

  test('violates nothing: neither the schemas of CloudFormation nor the rules of AWS Solutions', () => {
    const reports = readJson('validation-report.json').pluginReports as readonly {
      readonly violations: readonly unknown[];
    }[];
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('bundles every function as one module, with the deployed mapping beside those that read it', () => {
    const { Resources } = readJson('billfold.template.json') as {
      readonly Resources: Record<
        string,
        {
          readonly Type: string;
          readonly Properties: { readonly FunctionName?: string };
          readonly Metadata?: Record<string, string>;
        }
      >;
    };
    for (const [name, { variables }] of Object.entries(topology.functions)) {
      const [resource] = Object.values(Resources).filter(
        ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName === `billfold-${name}`,
      );
      const bundle = resource?.Metadata?.['aws:asset:path'] ?? '';
      expect(existsSync(join(out, bundle, 'index.mjs')), name).toBe(true);
      const readsMapping = (variables as readonly VariableName[]).includes('mapping');
      expect(existsSync(join(out, bundle, 'mapping.json')), name).toBe(readsMapping);
      if (readsMapping)
        expect(readJson(join(bundle, 'mapping.json')).flows).toHaveProperty('billfold-Contact-full', 'Contact');
    }
  });
});

describe('a synthesis that cannot be', { timeout: 60_000 }, () => {
  test('tells everything that is wrong in a line each, ends with 1, and shows no trace of a stack', () => {
    const { status, stderr } = synth(
      ...['-c', 'alarmEmail=alarms', '-c', 'middlewareHost=lambda', '-c', 'mapping=nowhere.json'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ {2}alarmEmail: malformed\. Expected: .*-c alarmEmail=/m);
    expect(stderr.trim().split('\n')).toHaveLength(4);
    expect(stderr).toMatch(/^ {2}middlewareHost: malformed\. Expected: ecs-express, fargate or app-runner/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('for a mapping that is not there says so in the words of the mapping', () => {
    const { status, stderr } = synth('-c', 'mapping=nowhere.json');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ {2}mapping: .*nowhere\.json/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('billfold itself describes the preset: every object with its flows', () => {
  const told = describeMapping({ mapping: 'retail', prefix: 'billfold' });
  const flows = 'described' in told ? told.described.flows : [];
  expect(flows).toHaveLength(12);
  expect(flows).toContainEqual({
    name: 'billfold-Contact-events',
    object: 'Contact',
    trigger: 'event',
    event: 'ContactChangeEvent',
  });
});
