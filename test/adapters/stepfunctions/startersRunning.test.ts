import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import type { Execution, Executions } from '#adapters/stepfunctions/executions.ts';
import { startersRunning } from '#adapters/stepfunctions/startersRunning.ts';

const NOW = 1_793_613_600_000;

const asked = async (described: ReturnType<Executions['describe']>, takenMsAgo = 3_600_000) => {
  const arns: string[] = [];
  const isRunning = startersRunning({
    executions: {
      describe: (arn) => {
        arns.push(arn);
        return described;
      },
    },
    ...{
      clock: () => NOW,
      prefix: 'acme',
      functionArn: 'arn:aws-cn:lambda:cn-north-1:111122223333:function:acme-walk',
    },
  });
  const answer = await isRunning({ startedBy: 'replay-1', takenAt: NOW - takenMsAgo, job: null })();
  return { answer, arns };
};
const execution = (status: Execution['status']) => TE.right({ status, output: null, error: null, cause: null });

test('it is the execution of the machine beside the function that is asked about, whatever the partition', async () => {
  const { arns } = await asked(execution('RUNNING'));
  expect(arns).toEqual(['arn:aws-cn:states:cn-north-1:111122223333:execution:acme-jobs:replay-1']);
});

test.each<readonly [Execution['status'], boolean]>([
  ['RUNNING', true],
  ['PENDING_REDRIVE', true],
  ['Unknown', true],
  ['SUCCEEDED', false],
  ['FAILED', false],
  ['TIMED_OUT', false],
  ['ABORTED', false],
])('an execution that is %s has its turn: %s', async (status, isRunning) => {
  expect((await asked(execution(status))).answer).toEqual(E.right(isRunning));
});

test('one that nobody knows is over, unless it took the turn a moment ago', async () => {
  expect((await asked(TE.right(null))).answer).toEqual(E.right(false));
  expect((await asked(TE.right(null), 59_000)).answer).toEqual(E.right(true));
  expect((await asked(TE.right(null), -86_400_000)).answer, 'by a clock that was ahead').toEqual(E.right(false));
});

test('where it cannot be asked, nobody takes the turn, and why is said', async () => {
  const { answer } = await asked(TE.left({ type: 'NotAllowed', reason: 'no states:DescribeExecution' }));
  expect(answer).toEqual(
    E.left({
      ...{ type: 'StoreUnavailable', operation: 'ask whether replay-1 still runs' },
      reason: 'AWS does not allow it: no states:DescribeExecution',
    }),
  );
});
