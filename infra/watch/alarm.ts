import type { RenamedTables } from '../settings/tableSettings.ts';
import type { Formula, Metric } from './metric.ts';

export type MiddlewareHostName = 'ecs-express' | 'fargate' | 'app-runner';

/** What there is to watch beside the topology. */
export type Watched = {
  readonly prefix: string;
  /** Tables of other names than the prefix gives. */
  readonly renamed?: RenamedTables;
  /** Scheduled flows, which the watch function measures, and partner buses. Of other flows nobody measures silence. */
  readonly feeds: readonly string[];
  /** ARN of the Step Functions machine of jobs. */
  readonly jobsArn: string;
  /** null: no middleware is deployed. */
  readonly middlewareHost: MiddlewareHostName | null;
  /** Of the load balancer before the middleware, where it is known: what CloudWatch calls it. */
  readonly balancer?: { readonly loadBalancer: string; readonly targetGroup: string };
};

/** An alarm as data. Its description is its question and where its page is. */
export type Alarm = {
  /** After the prefix: unique. */
  readonly name: string;
  readonly question: string;
  readonly runbook: Runbook;
  readonly measure: Metric | Formula;
  readonly isBad: '>=' | '<=' | '<';
  readonly threshold: number;
  readonly periodMinutes: number;
  /** So many of the last so many periods. */
  readonly bad: number;
  readonly of: number;
} & Missing;

/** What it means that nothing was measured, and why. */
export type Missing = {
  readonly whenMissing: 'notBreaching' | 'breaching' | 'ignore';
  readonly whyMissing: string;
};

/** One page each: infra/runbooks/<name>.md */
export type Runbook =
  | 'feed-silent'
  | 'flow-inactive'
  | 'quarantine-rate'
  | 'stale-records'
  | 'changes-missed'
  | 'queue-age'
  | 'lag'
  | 'dead-letters'
  | 'table-throttled'
  | 'function-errors'
  | 'function-throttled'
  | 'work-refused'
  | 'schedule-silent'
  | 'night-missed'
  | 'pipe-stopped'
  | 'pipe-orphaned'
  | 'pipe-failing'
  | 'pipe-stalled'
  | 'parked-members'
  | 'passes-repaired'
  | 'jobs-failed'
  | 'lake-behind'
  | 'breaker-open'
  | 'certificate-expiry'
  | 'deliveries-old'
  | 'deliveries-dead'
  | 'middleware-failing';

export const runbookPath = (runbook: Runbook): string => `infra/runbooks/${runbook}.md`;

/** Published when something happens, and not otherwise. */
export const noneIsNone: Missing = {
  whenMissing: 'notBreaching',
  whyMissing: 'the service publishes it only when something happens, so that nothing measured is nothing wrong',
};

/** A gauge of the watch function: what it could not look at it leaves out, and goes on. */
export const watchTells: Missing = {
  whenMissing: 'breaching',
  whyMissing:
    'the watch function tells it every five minutes and leaves out what it could not look at: then nobody knows',
};

/** A gauge that is told only where there is something to tell of: a run that was heard of, a certificate. */
export const asItWas: Missing = {
  whenMissing: 'ignore',
  whyMissing: 'told only where there is something to tell of; that whoever tells it is silent is an alarm of its own',
};

/** What is there as long as all is well. */
export const silenceIsBad: Missing = {
  whenMissing: 'breaching',
  whyMissing: 'it is measured as long as all is well, so that silence is the very fault',
};

/** Of a count that the watch function tells every five minutes: in a period of ten there is one for certain. */
export const gauge = { periodMinutes: 10, bad: 2, of: 2, ...watchTells } as const;

/** Of a count that is told only when it happens: the first is one too many. */
export const onceIsEnough = { periodMinutes: 5, bad: 1, of: 1, ...noneIsNone } as const;
