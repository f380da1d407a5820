import { topology } from '#adapters/topology.ts';
import { type Context, howToGive, type Refuse } from './problem.ts';

/** null: it is not given and need not be. A refused one is "". */
export const readText = (context: Context, name: TextName, refuse: Refuse): string | null => {
  const { expected, pattern, example, ...rest } = texts[name];
  const value = context[name] ?? ('otherwise' in rest ? rest.otherwise : undefined);
  if (value === null) return null;
  if (typeof value === 'string' && pattern.test(value)) return value;
  refuse(name, `${value === undefined ? 'missing' : 'malformed'}. Expected: ${expected}. ${howToGive(name, example)}`);
  return '';
};

/** `otherwise`: what holds where nothing is given; null: nothing. Without it the value is required. */
export const texts = {
  prefix: {
    expected: 'a lower case letter, then up to 19 lower case letters, digits and hyphens, no hyphen at the end',
    pattern: /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/,
    example: 'billfold',
    otherwise: topology.prefix,
  },
  region: {
    expected: 'the AWS region to deploy to; the CDK takes it from your AWS settings',
    pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    example: 'eu-central-1',
  },
  connectorProfile: {
    expected:
      'the name of the AppFlow connection to Salesforce (made once under Connections in the AppFlow console, since CloudFormation cannot sign in to Salesforce)',
    pattern: /^[\w/!@#+=.-]{1,256}$/,
    example: 'salesforce',
  },
  alarmEmail: {
    expected: 'the e-mail address that alarms are sent to',
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    example: 'alarms@example.com',
  },
  mapping: {
    expected: 'the name of a preset (retail, loyalty-management) or the path of a mapping file',
    pattern: /^\S.*$/,
    example: 'retail',
    otherwise: 'retail',
  },
  incrementalFrom: {
    expected: 'the first day that scheduled flows read changes of, as YYYY-MM-DD',
    pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
    example: '2026-01-31',
    otherwise: null,
  },
  middlewareHost: {
    expected: 'ecs-express, fargate or app-runner',
    pattern: /^(?:ecs-express|fargate|app-runner)$/,
    example: 'ecs-express',
    otherwise: 'ecs-express',
  },
  middlewareUrl: {
    expected: 'where a middleware of yours listens, https://… without a query',
    pattern: /^https:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/,
    example: 'https://middleware.example.com',
    otherwise: null,
  },
  certificateArn: {
    expected: 'the ARN of a certificate of ACM in this region',
    pattern: /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    example: 'arn:aws:acm:REGION:ACCOUNT:certificate/ID',
  },
  domainName: {
    expected: 'the host name that the certificate is for',
    pattern: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    example: 'middleware.example.com',
  },
} as const satisfies Record<string, { expected: string; pattern: RegExp; example: string; otherwise?: string | null }>;
export type TextName = keyof typeof texts;
