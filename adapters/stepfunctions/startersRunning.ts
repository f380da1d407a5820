import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Clock, type EpochMs, isDatedAhead, type TurnDeps } from '#domain/index.ts';
import { physicalName } from '../topology.ts';
import { type Executions, executionArnOf } from './executions.ts';
import { executionFailureText } from './failure.ts';

/** Step Functions may not know yet what was started so long ago. */
const NEW_MS = 60_000;

export type StartersDeps = {
  readonly executions: Pick<Executions, 'describe'>;
  readonly clock: Clock;
  readonly prefix: string;
  /** Of the function that asks: it lives beside the machine. */
  readonly functionArn: string;
};

/** Whether the execution that took a turn still runs. One that was stopped, timed out or failed does not, whatever it left behind. */
export const startersRunning =
  ({ executions, clock, prefix, functionArn }: StartersDeps): TurnDeps['isRunning'] =>
  ({ startedBy, takenAt }) =>
    TE.bimap(
      (failure: Parameters<typeof executionFailureText>[0]) => ({
        type: 'StoreUnavailable' as const,
        operation: `ask whether ${startedBy} still runs`,
        reason: executionFailureText(failure),
      }),
      (execution: { readonly status: string } | null) =>
        execution === null ? isNew(takenAt, clock()) : !ENDED.has(execution.status),
    )(executions.describe(executionArnOf(machineBeside(functionArn, prefix), startedBy)));

const isNew = (takenAt: EpochMs, now: EpochMs): boolean => now - takenAt < NEW_MS && !isDatedAhead(takenAt, now);

const ENDED = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

/** arn:aws:lambda:REGION:ACCOUNT:function:… gives arn:aws:states:REGION:ACCOUNT:stateMachine:PREFIX-jobs. */
const machineBeside = (functionArn: string, prefix: string): string => {
  const [arn, partition, , region, account] = functionArn.split(':');
  return [arn, partition, 'states', region, account, 'stateMachine', physicalName(prefix, 'jobs')].join(':');
};
