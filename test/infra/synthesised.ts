import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { DescribedDestinations } from '#infra/settings/describeDestinations.ts';
import type { DescribedMapping } from '#infra/settings/describeMapping.ts';
import { readSettings, type Settings } from '#infra/settings/settings.ts';
import { billfold } from '#infra/stack.ts';
import { described as usual } from './described.ts';

export type Resource = {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is whatever CloudFormation says
  readonly Properties: any;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};
export type Stacks = { readonly store: StackTemplate; readonly flow: StackTemplate };
export type StackTemplate = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export: { readonly Name: string } }>>;
};

export const required = { region: 'eu-central-1', connectorProfile: 'salesforce', alarmEmail: 'alarms@example.com' };

export const settingsOf = (context: Readonly<Record<string, unknown>> = {}): Settings => {
  const read = readSettings({ ...required, ...context });
  if ('settings' in read) return read.settings;
  throw new Error(read.problems.map(({ where, what }) => `${where}: ${what}`).join('\n'));
};

/** The templates of an installation, without bundles and without the slow checks, which one real synthesis does (synth.int.ts). */
export const synthesised = (
  context: Readonly<Record<string, unknown>> = {},
  described: DescribedMapping = usual,
  destinations: DescribedDestinations | null = null,
): Stacks => {
  const { store, flow } = installed(context, described, destinations);
  return { store: templateOf(store), flow: templateOf(flow) };
};

export const installed = (
  context: Readonly<Record<string, unknown>> = {},
  described: DescribedMapping = usual,
  destinations: DescribedDestinations | null = null,
): ReturnType<typeof billfold> => {
  const app = new App({
    context: { ...cdkContext, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
  });
  const settings = settingsOf(
    context.middlewareHost === undefined ? { middlewareUrl: MIDDLEWARE, ...context } : context,
  );
  return billfold(app, { settings, described, mappingFile, destinations });
};

/** One that is there already: hosts have tests of their own, and an image takes its time. */
const MIDDLEWARE = 'https://middleware.example.com';

const templateOf = (stack: Parameters<typeof Template.fromStack>[0]): StackTemplate =>
  Template.fromStack(stack).toJSON() as StackTemplate;

const { context: cdkContext } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  readonly context: Readonly<Record<string, unknown>>;
};

const mappingFile = join(tmpdir(), 'billfold-mapping.json');
writeFileSync(mappingFile, '{}');

export const resourcesOf = (stack: StackTemplate, type: string): readonly Resource[] =>
  Object.values(stack.Resources).filter(({ Type }) => Type === type);
