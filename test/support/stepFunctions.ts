import { createServer, type IncomingMessage } from 'node:http';
import { type Definition, interpret, type Machine } from './interpret.ts';
import { StatesError } from './statesData.ts';

export { type Definition, interpret } from './interpret.ts';

export type StepFunctionsServer = {
  readonly endpoint: string;
  readonly machineArn: string;
  /** Names of the executions, in the order of their start. */
  readonly started: readonly string[];
  /** As somebody does at the console: what it has begun goes on by itself. */
  readonly abort: (name: string) => void;
  /** The next request of that operation is answered so. */
  readonly refuse: (operation: string, error: string) => void;
  readonly stop: () => Promise<void>;
};

export type StartedMachine = { readonly name: string; readonly definition: Definition } & Omit<Machine, 'isStopped'>;

type Execution = {
  readonly name: string;
  readonly input: string;
  status: string;
  output?: string;
  error?: string;
  cause?: string;
};

/** A stand-in for Step Functions, for the real SDK client, with one machine: what is started really runs. Checks no signature. */
export const startStepFunctions = async ({
  name,
  definition,
  ...machine
}: StartedMachine): Promise<StepFunctionsServer> => {
  const arn = (type: string, of: string): string => `arn:aws:states:eu-west-1:111122223333:${type}:${of}`;
  const machineArn = arn('stateMachine', name);
  const executions = new Map<string, Execution>();
  const refusals: { operation: string; error: string }[] = [];

  const run = async (execution: Execution): Promise<void> => {
    const isStopped = (): boolean => execution.status === 'ABORTED';
    const context = { Execution: { Name: execution.name, Id: arn('execution', `${name}:${execution.name}`) } };
    try {
      const output = await interpret(definition, { ...machine, isStopped })(JSON.parse(execution.input), context);
      Object.assign(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      const { name: type, cause } =
        error instanceof StatesError ? error : new StatesError('States.Runtime', String(error));
      if (!isStopped()) Object.assign(execution, { status: 'FAILED', error: type, cause });
    }
  };

  /** Step Functions API reference, StartExecution: one that runs is found by its name and input, one that ended is in the way (read November 2026). */
  const start = (asked: {
    readonly stateMachineArn: string;
    readonly name: string;
    readonly input: string;
  }): object | string => {
    if (asked.stateMachineArn !== machineArn) return 'StateMachineDoesNotExist';
    const known = executions.get(asked.name);
    const executionArn = arn('execution', `${name}:${asked.name}`);
    if (known !== undefined)
      return known.status === 'RUNNING' && known.input === asked.input
        ? { executionArn, startDate: 0 }
        : 'ExecutionAlreadyExists';
    const execution: Execution = { name: asked.name, input: asked.input, status: 'RUNNING' };
    executions.set(asked.name, execution);
    void run(execution);
    return { executionArn, startDate: 0 };
  };

  const describe = ({ executionArn }: { readonly executionArn: string }): object | string => {
    const execution = executions.get(executionArn.split(':').at(-1) ?? '');
    return execution === undefined
      ? 'ExecutionDoesNotExist'
      : { executionArn, stateMachineArn: machineArn, startDate: 0, ...execution };
  };

  const answer = (operation: string, body: never): object | string => {
    const refusal = refusals.findIndex((one) => one.operation === operation);
    if (refusal >= 0) return refusals.splice(refusal, 1)[0]?.error ?? '';
    if (operation === 'ListStateMachines')
      return { stateMachines: [{ stateMachineArn: machineArn, name, type: 'STANDARD', creationDate: 0 }] };
    return operation === 'StartExecution'
      ? start(body)
      : operation === 'DescribeExecution'
        ? describe(body)
        : 'UnknownOperation';
  };

  const server = createServer(async (incoming, response) => {
    const operation = String(incoming.headers['x-amz-target']).replace(/^AWSStepFunctions\./, '');
    const answered = answer(operation, JSON.parse(await textOf(incoming)) as never);
    const isRefused = typeof answered === 'string';
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(isRefused ? { __type: answered, message: `${answered} of the stand-in` } : answered));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    machineArn,
    get started() {
      return [...executions.keys()];
    },
    abort: (of) => void Object.assign(executions.get(of) ?? {}, { status: 'ABORTED' }),
    refuse: (operation, error) => void refusals.push({ operation, error }),
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

const textOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
};
