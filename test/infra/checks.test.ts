import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { acknowledge } from '#infra/acknowledge.ts';

const carelessApp = (reasons: Readonly<Record<string, string>>): App => {
  const outdir = mkdtempSync(join(tmpdir(), 'billfold-nag-'));
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  acknowledge(new Queue(new Stack(app, 'Careless'), 'Queue'), reasons);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

test('a queue without dead letters and TLS would be found: the report that is expected to be empty is able not to be', () => {
  expect(() => carelessApp({}).synth()).toThrow(/SQS3[\s\S]*SQS4/);
});

test('what is acknowledged is passed over, and nothing besides', () => {
  const app = carelessApp({ 'AwsSolutions-SQS3': 'It is one itself.' });
  expect(() => app.synth()).toThrow(/^(?![\s\S]*SQS3)[\s\S]*SQS4/);
});
