import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Execution, Executions } from '../stepfunctions/executions.ts';
import { type ExecutionFailure, executionFailureText } from '../stepfunctions/failure.ts';
import { CommandFailed } from './client.ts';

/** What is asked of Step Functions, or why not in words for the person at the terminal. */
export const asked = async <A>(question: TaskEither<ExecutionFailure, A>): Promise<A> => {
  const answer = await question();
  if (E.isRight(answer)) return answer.right;
  throw new CommandFailed(executionFailureText(answer.left));
};

/** Started, or running already, under the first of so many names that is not that of an execution which has ended. null: all of them are. */
export const startNamed = async (
  executions: Executions,
  {
    machine,
    input,
    nameOf,
    names,
  }: {
    readonly machine: string;
    readonly input: object;
    /** 1 and up. */
    readonly nameOf: (which: number) => string;
    readonly names: number;
  },
): Promise<string | null> => {
  for (let which = 1; which <= names; which++) {
    const started = await executions.start(machine, nameOf(which), input)();
    if (E.isRight(started)) return nameOf(which);
    if (started.left.type !== 'NameTaken') throw new CommandFailed(executionFailureText(started.left));
  }
  return null;
};

export const hasFailed = ({ status }: Execution): boolean => ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status);
