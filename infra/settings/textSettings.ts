import { topology } from '#adapters/topology.ts';
import { type Context, howToGive, type Refuse } from './problem.ts';

/** null: it is not given and need not be. A refused one is "". */
export const readText = (context: Context, name: TextName, refuse: Refuse): string | null => {
  const { expected, pattern, example, ...rest }: TextSetting = texts[name];
  const value = context[name] ?? rest.otherwise;
  if (value === null) return null;
  if (typeof value === 'string' && pattern.test(value) && rest.isReal?.(value) !== false) return value;
  refuse(name, `${value === undefined ? 'missing' : 'malformed'}. Expected: ${expected}. ${howToGive(name, example)}`);
  return '';
};

type TextSetting = {
  readonly expected: string;
  readonly pattern: RegExp;
  /** What a pattern cannot say, of a value that fits it. */
  readonly isReal?: (value: string) => boolean;
  readonly example: string;
  readonly otherwise?: string | null;
};

/** `otherwise`: what holds where nothing is given; null: nothing. Without it the value is required. */
export const texts = {
  prefix: {
    expected: '2 to 20 lower case letters, digits and hyphens, a letter first and no hyphen last',
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
    expected: 'the one e-mail address that alarms are sent to, without a name; for several people that of a list',
    pattern: /^[^\s@,;<>]+@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+$/,
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
    isReal: (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day),
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
    expected: 'where a middleware of yours listens, https://… without a query, user or password',
    pattern: /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/,
    example: 'https://middleware.example.com',
    otherwise: null,
  },
  destinations: {
    expected: 'the path of a folder that holds destinations.json, and the images it names',
    pattern: /^\S.*$/,
    example: 'destinations',
    otherwise: null,
  },
  certificateArn: {
    expected: 'the ARN of a certificate of ACM in this region',
    pattern: /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    example: 'arn:aws:acm:REGION:ACCOUNT:certificate/ID',
  },
  domainName: {
    expected: 'the host name that the certificate is for, in lower case, without https://',
    pattern: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    example: 'middleware.example.com',
  },
} as const satisfies Record<string, TextSetting>;
export type TextName = keyof typeof texts;
