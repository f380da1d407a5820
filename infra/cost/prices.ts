/** What is charged for, each by its own unit. */
export type Meter =
  | 'readUnits'
  | 'writeUnits'
  | 'lambdaRequests'
  | 'lambdaGbSeconds'
  | 'sqsRequests'
  | 'busEvents'
  | 'pipeRequests'
  | 'archiveGb'
  | 'firehoseGb'
  | 'kmsRequests'
  | 'logGb'
  | 'appFlowRuns'
  | 'appFlowGb'
  | 'scheduleRuns'
  | 'stateTransitions'
  | 'alarmMetrics'
  | 'customMetrics'
  | 'dashboards'
  | 'kmsKeys'
  | 'secrets'
  | 'vcpuHours'
  | 'memoryGbHours'
  | 'balancerHours'
  | 'natHours'
  | 'tableGb'
  | 'backupGb';

export type Price = {
  readonly dollars: number;
  readonly per: number;
  readonly of: string;
  readonly source: string;
  /** Read in AWS's own words, or in a write-up that gives its date; else known, and to be looked up before it is relied on. */
  readonly isConfirmed: boolean;
};

const GUIDES = 'cloudburn.io, 2026-03';
const UNCONFIRMED = 'not found in a text with a date';

/** List prices of us-east-1 in dollars, without free tiers and volume discounts; read 2026-11-22. AWS's own pages load their numbers by script, so most sources are second hand. */
export const prices: Readonly<Record<Meter, Price>> = {
  readUnits: {
    dollars: 0.125,
    per: 1e6,
    of: 'DynamoDB read request units, on demand',
    source: 'airbyte.com, 2025-07, after the cut of 2024-11-01',
    isConfirmed: true,
  },
  writeUnits: {
    dollars: 0.625,
    per: 1e6,
    of: 'DynamoDB write request units, on demand',
    source: 'airbyte.com, 2025-07, after the cut of 2024-11-01',
    isConfirmed: true,
  },
  lambdaRequests: { dollars: 0.2, per: 1e6, of: 'Lambda requests', source: 'cloudchipr.com, 2024', isConfirmed: true },
  lambdaGbSeconds: {
    dollars: 0.0000133334,
    per: 1,
    of: 'Lambda GB-seconds, arm64',
    source: 'cloudchipr.com, 2024; git.mcrn.ar, 2026-05',
    isConfirmed: true,
  },
  sqsRequests: {
    dollars: 0.4,
    per: 1e6,
    of: 'SQS requests, standard queues, each begun 64 KB',
    source: GUIDES,
    isConfirmed: true,
  },
  busEvents: {
    dollars: 1,
    per: 1e6,
    of: 'EventBridge events put on a bus, custom and of partners, each begun 64 KB',
    source: `${GUIDES}; awsfundamentals.com`,
    isConfirmed: true,
  },
  pipeRequests: {
    dollars: 0.4,
    per: 1e6,
    of: 'Pipes requests after the filter, each begun 64 KB',
    source: GUIDES,
    isConfirmed: true,
  },
  archiveGb: { dollars: 0.1, per: 1, of: 'GB into an archive of a bus', source: GUIDES, isConfirmed: true },
  firehoseGb: {
    dollars: 0.029,
    per: 1,
    of: 'GB into Firehose, each record rounded up to 5 KB',
    source: `the rounding: aws.amazon.com/kinesis/data-firehose/pricing; the price: ${UNCONFIRMED}`,
    isConfirmed: false,
  },
  kmsRequests: { dollars: 0.03, per: 1e4, of: 'KMS requests', source: 'wring.co, 2026-03', isConfirmed: true },
  logGb: {
    dollars: 0.5,
    per: 1,
    of: 'GB into CloudWatch Logs',
    source: 'factualminds.com, 2026-06',
    isConfirmed: true,
  },
  appFlowRuns: {
    dollars: 0.001,
    per: 1,
    of: 'AppFlow flow runs',
    source: 'qiita.com, 2022-12, of Tokyo; whether an event is a run of its event flow: UNCONFIRMED',
    isConfirmed: false,
  },
  appFlowGb: {
    dollars: 0.02,
    per: 1,
    of: 'GB processed by AppFlow, to a destination on AWS',
    source: `Tokyo has 0.09 (qiita.com, 2022-12); us-east-1: ${UNCONFIRMED}`,
    isConfirmed: false,
  },
  scheduleRuns: { dollars: 1, per: 1e6, of: 'EventBridge Scheduler invocations', source: GUIDES, isConfirmed: true },
  stateTransitions: {
    dollars: 0.025,
    per: 1_000,
    of: 'Step Functions state transitions, standard, those of distributed segments too',
    source: UNCONFIRMED,
    isConfirmed: false,
  },
  alarmMetrics: {
    dollars: 0.1,
    per: 1,
    of: 'metrics in alarms, a month',
    source: 'cloudburn.io, 2026-02',
    isConfirmed: true,
  },
  customMetrics: {
    dollars: 0.3,
    per: 1,
    of: 'metrics of our own, a month',
    source: 'signoz.io, 2026-02',
    isConfirmed: true,
  },
  dashboards: { dollars: 3, per: 1, of: 'dashboards, a month', source: 'factualminds.com, 2026-06', isConfirmed: true },
  kmsKeys: { dollars: 1, per: 1, of: 'KMS keys, a month', source: 'aws.amazon.com/kms/pricing', isConfirmed: true },
  secrets: {
    dollars: 0.4,
    per: 1,
    of: 'secrets, a month',
    source: 'hivebook.wiki, without a date',
    isConfirmed: false,
  },
  vcpuHours: {
    dollars: 0.04048,
    per: 1,
    of: 'Fargate vCPU hours, x86-64',
    source: 'wring.co, 2026-03',
    isConfirmed: true,
  },
  memoryGbHours: {
    dollars: 0.004445,
    per: 1,
    of: 'Fargate GB hours, x86-64',
    source: 'wring.co, 2026-03',
    isConfirmed: true,
  },
  balancerHours: {
    dollars: 0.0225,
    per: 1,
    of: 'hours of a load balancer, without its capacity units',
    source: UNCONFIRMED,
    isConfirmed: false,
  },
  natHours: {
    dollars: 0.045,
    per: 1,
    of: 'hours of a NAT gateway, without its GB',
    source: UNCONFIRMED,
    isConfirmed: false,
  },
  tableGb: { dollars: 0.25, per: 1, of: 'GB in tables, a month', source: UNCONFIRMED, isConfirmed: false },
  backupGb: {
    dollars: 0.2,
    per: 1,
    of: 'GB in tables with recovery to any point in time, a month',
    source: UNCONFIRMED,
    isConfirmed: false,
  },
};
