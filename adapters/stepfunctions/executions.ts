import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ListStateMachinesCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type ExecutionFailure, toExecutionFailure } from './failure.ts';

/** What billfold asks of Step Functions. */
export type Executions = {
  /** ARN of the machine of that name; Left MachineMissing. */
  readonly machine: (name: string) => TE.TaskEither<ExecutionFailure, string>;
  /**
   * Starts an execution, or finds the one of that name that still runs with that input. Left NameTaken: it has ended. A name is its own for 90 days
   * (Step Functions API reference, StartExecution, read November 2026).
   */
  readonly start: (machineArn: string, name: string, input: object) => TE.TaskEither<ExecutionFailure, void>;
  /** null: not known, or not yet: what is told is eventually consistent. */
  readonly describe: (executionArn: string) => TE.TaskEither<ExecutionFailure, Execution | null>;
};

/** error and cause: of one that failed, in the words of the machine. */
export type Execution = {
  readonly status: ExecutionStatus;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
};

/** Unknown: a status that Step Functions did not have when this was written. */
export type ExecutionStatus = (typeof STATUSES)[number] | 'Unknown';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;

/** client: region, credentials and AWS_ENDPOINT_URL_SFN are read by the SDK, as any AWS tool does. */
export const executions = (client: Pick<SFNClient, 'send'>): Executions => ({
  machine: (name) => async () => {
    const asked = await TE.tryCatch(() => arnOf(client, name), toExecutionFailure(name))();
    if (E.isLeft(asked)) return asked;
    return asked.right === null ? E.left({ type: 'MachineMissing', machine: name }) : E.right(asked.right);
  },

  start: (stateMachineArn, name, input) =>
    TE.tryCatch(
      async () => {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      },
      toExecutionFailure(nameIn(stateMachineArn)),
    ),

  describe: (executionArn) =>
    TE.tryCatch(async () => {
      try {
        const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return {
          status: STATUSES.find((known) => known === status) ?? 'Unknown',
          ...{ output: output ?? null, error: error ?? null, cause: cause ?? null },
        };
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return null;
        throw error;
      }
    }, toExecutionFailure(executionArn)),
});

const arnOf = async (client: Pick<SFNClient, 'send'>, name: string): Promise<string | null> => {
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListStateMachinesCommand({ maxResults: 1_000, nextToken }));
    const found = (page.stateMachines ?? []).find((machine) => machine.name === name)?.stateMachineArn;
    if (found !== undefined) return found;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return null;
};

const nameIn = (arn: string): string => arn.split(':').at(-1) ?? arn;

/** arn:aws:states:REGION:ACCOUNT:stateMachine:NAME gives arn:aws:states:REGION:ACCOUNT:execution:NAME:EXECUTION. */
export const executionArnOf = (machineArn: string, execution: string): string =>
  `${machineArn.replace(':stateMachine:', ':execution:')}:${execution}`;
