import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';

/** Lambda code is bundled elsewhere; the zones are given, so that nobody asks AWS for them. */
const CONTEXT = {
  'aws:cdk:bundling-stacks': [],
  'availability-zones:account=111122223333:region=eu-central-1': ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
};
export const ENVIRONMENT: Environment = { account: '111122223333', region: 'eu-central-1' };

/** The template of a stack with just that in it. Nothing is validated: that is `findingsIn`. */
export const templateOf = (build: (stack: Stack) => void, env?: Environment): Template => {
  const stack = new Stack(new App({ context: CONTEXT, builtinCloudFormationValidation: false }), 'Stack', { env });
  build(stack);
  return Template.fromStack(stack);
};

export type Finding = { readonly rule: string; readonly where: readonly string[] };

/** What AwsSolutions (cdk-nag) and AWS's own validator of templates have against a stack with just that in it. */
export const findingsIn = (build: (stack: Stack) => void, env?: Environment): readonly Finding[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'billfold-infra-'));
  const { exitCode } = process;
  const { CDK_VALIDATION: asIs } = process.env;
  // Whoever runs the tests may have switched validation off, since it takes seconds.
  delete process.env.CDK_VALIDATION;
  try {
    const app = new App({ outdir, context: CONTEXT });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    build(new Stack(app, 'Stack', { env }));
    try {
      app.synth();
    } catch (error) {
      // Findings fail the synthesis; they are in the report. Anything else is a broken stack.
      if (!(error instanceof Error) || !/validation/i.test(error.message)) throw error;
    }
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
    return report.pluginReports.flatMap(({ violations }) =>
      violations.map(({ ruleName, description, violatingConstructs = [] }) => ({
        rule: `${ruleName}: ${description}`,
        where: violatingConstructs.map(({ constructPath = '', locations = [] }) => `${constructPath} ${locations}`),
      })),
    );
  } finally {
    process.exitCode = exitCode;
    if (asIs !== undefined) process.env.CDK_VALIDATION = asIs;
    rmSync(outdir, { recursive: true, force: true });
  }
};

type Report = {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly violatingConstructs?: readonly {
        readonly constructPath?: string;
        readonly locations?: readonly string[];
      }[];
    }[];
  }[];
};
