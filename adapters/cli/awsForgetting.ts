import { createHash } from 'node:crypto';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type ForgottenStore, failureText, salesforceId } from '#domain/index.ts';
import { connectDynamoDb } from '../dynamodb/client.ts';
import { dynamoDbForgottenStore } from '../dynamodb/forgottenStore.ts';
import { notCoveredOnAws } from '../forget/notCoveredOnAws.ts';
import type { Certificate } from '../http/answers/forgotten.ts';
import { causeText } from '../jobs/causeText.ts';
import { type Execution, type Executions, executionArnOf, executions } from '../stepfunctions/executions.ts';
import { executionFailureText, isPassing } from '../stepfunctions/failure.ts';
import { tableNames } from '../tableNames.ts';
import { physicalName, topology } from '../topology.ts';
import { asked, hasFailed, startNamed } from './awsExecutions.ts';
import { CommandFailed } from './client.ts';
import type { Forgetting } from './forgetting.ts';

const POLL_MS = 500;

/** The state machine of an installation on AWS forgets; the ops table says who was. */
export const openAwsForgetting = (prefix: string): Forgetting => {
  const sfn = new SFNClient({});
  const { dynamodb } = connectDynamoDb({});
  const { keysLetGoSeconds, onTheWaySeconds } = topology.forgetting.members;
  return {
    ...awsForgetting({
      ...{ prefix, executions: executions(sfn) },
      forgotten: dynamoDbForgottenStore({ dynamodb, tableName: tableNames(prefix) }),
    }),
    atOnce: 16,
    takes: `${Math.ceil((keysLetGoSeconds + onTheWaySeconds) / 60)} minutes, and as long as reading the tables takes; it goes on without you, and the same command again looks on …`,
    close: () => {
      sfn.destroy();
      dynamodb.destroy();
    },
  };
};

type Deps = {
  readonly prefix: string;
  readonly executions: Executions;
  readonly forgotten: Pick<ForgottenStore, 'list'>;
};

const awsForgetting = (deps: Deps): Pick<Forgetting, 'forget' | 'list'> => ({
  forget: async (id) => {
    const memberId = O.getOrElse(() => id)(salesforceId(id));
    const machine = await asked(
      deps.executions.machine(physicalName(deps.prefix, topology.forgetting.members.function)),
    );
    const name = await startForgetting(deps, machine, memberId);
    const certificate = await outcomeOf(deps, executionArnOf(machine, name), memberId);
    return { ...certificate, notCovered: notCoveredOnAws(topology) };
  },

  list: async () => {
    const listed = await deps.forgotten.list()();
    if (E.isLeft(listed)) throw new CommandFailed(failureText(listed.left));
    return listed.right.map(({ askedAt, ...one }) => ({ ...one, askedAt: new Date(askedAt).toISOString() }));
  },
});

/** A name may be in use for 90 days after its execution has ended. */
const MAX_NAMES = 1_000;

/** Asked again while it runs it is the same execution; after its end it is another one, which finds less to do. */
const startForgetting = async ({ executions }: Deps, machine: string, memberId: string): Promise<string> => {
  const digest = createHash('sha256').update(memberId).digest('hex').slice(0, 16);
  const nameOf = (which: number): string => `forget-${digest}-${which}`;
  const name = await startNamed(executions, { machine, input: { memberId }, nameOf, names: MAX_NAMES });
  if (name !== null) return name;
  throw new CommandFailed(`It was asked for ${MAX_NAMES} times in 90 days: look at ${machine}.`);
};

const outcomeOf = async (
  { executions }: Deps,
  arn: string,
  memberId: string,
): Promise<Omit<Certificate, 'notCovered'>> => {
  for (;;) {
    const execution = await executions.describe(arn)();
    if (E.isLeft(execution) && !isPassing(execution.left))
      throw new CommandFailed(executionFailureText(execution.left));
    const ended = E.isRight(execution) ? execution.right : null;
    if (ended?.status === 'SUCCEEDED') return JSON.parse(ended.output ?? 'null');
    if (ended?.error === 'MemberUnknown') throw new CommandFailed(`No member ${memberId}`);
    if (ended !== null && hasFailed(ended))
      throw new CommandFailed(`${failureOf(ended)} The same command again goes on where it stopped.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const failureOf = ({ status, error, cause }: Execution): string => {
  if (status === 'TIMED_OUT') return 'It took too long.';
  if (status === 'ABORTED') return 'Somebody stopped it.';
  return `${(cause === null ? error : causeText(cause)) ?? 'It failed, and does not say why'}.`;
};
