import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { synthReport } from '#infra/synthReport.ts';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'billfold-report-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const write = (name: string, content: object) => writeFileSync(join(out, name), JSON.stringify(content));
const stack = (name: string, properties: object = {}) => ({
  type: 'aws:cloudformation:stack',
  environment: 'aws://unknown-account/eu-central-1',
  properties: { templateFile: `${name}.template.json`, ...properties },
});
const synthesised = (pluginReports: readonly object[] = []): void => {
  write('manifest.json', {
    artifacts: {
      Tree: { type: 'cdk:tree' },
      a: stack('a'),
      'a-store': stack('a-store', { terminationProtection: true }),
    },
  });
  const [queue, alarm] = [{ Type: 'AWS::SQS::Queue' }, { Type: 'AWS::CloudWatch::Alarm' }];
  write('a.template.json', { Description: 'what happens', Resources: { x: queue, y: alarm, z: queue } });
  write('a-store.template.json', { Description: 'what is known', Resources: { x: { Type: 'AWS::SNS::Topic' } } });
  write('validation-report.json', { pluginReports });
};

test('what would be deployed is told by stack, in as many resources, with where the templates are', () => {
  synthesised();
  const report = synthReport(out, 0);
  expect(report).toMatch(/eu-central-1/);
  expect(report).toMatch(/^a-store +1 resource +what is known; protected from being deleted$/m);
  expect(report).toMatch(/^a +3 resources +what happens; 2 queues, 1 alarm$/m);
  expect(report).toContain(relative(process.cwd(), join(out, 'a.template.json')));
});

test('that nothing was found is said where nothing was found', () => {
  synthesised();
  expect(synthReport(out, 0)).toMatch(/cdk-nag.*: nothing found/);
  synthesised([{ violations: [{}, {}] }, { violations: [{}] }]);
  expect(synthReport(out, 0)).toMatch(/cdk-nag.*: 3 found, .*validation-report\.json/);
});

test('templates of another time are not taken for these', () => {
  expect(synthReport(out, 0)).toBeNull();
  synthesised();
  utimesSync(join(out, 'manifest.json'), 1, 1);
  expect(synthReport(out, 1_700_000_000_000)).toBeNull();
});
