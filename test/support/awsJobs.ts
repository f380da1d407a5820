import { SFNClient } from '@aws-sdk/client-sfn';
import { dynamoDbJobStore } from '#adapters/dynamodb/jobStore.ts';
import { dynamoDbJobTurnStore } from '#adapters/dynamodb/jobTurnStore.ts';
import { busPublications } from '#adapters/eventbridge/publications.ts';
import type { BusEntry } from '#adapters/eventbridge/requests.ts';
import { walkHandler } from '#adapters/lambda/walk.ts';
import { executionArnOf, executions } from '#adapters/stepfunctions/executions.ts';
import { startersRunning } from '#adapters/stepfunctions/startersRunning.ts';
import { physicalName, topology } from '#adapters/topology.ts';
import { emptyHead, memberStream } from '#domain/index.ts';
import { walkDefinition } from '#infra/walkDefinition.ts';
import { appendOf, bought, enrolled, got } from '#test/contract/given.ts';
import { type Ended, type Running, run } from '#test/flow/process.ts';
import { freshStores, storesVia } from './dynamodbStores.ts';
import { idOf, withTier3 } from './rebuilding.ts';
import { type Definition, startStepFunctions } from './stepFunctions.ts';

/** As it is deployed. */
const machine: Definition = walkDefinition(
  'arn:aws:lambda:eu-west-1:111122223333:function:billfold-walk',
  topology.walks.jobs.maximumConcurrency,
);

/** What the function is asked, before it is: what that throws, it throws. */
export type OnStep = (payload: Readonly<Record<string, unknown>>) => Promise<void>;

/** Members whose events nobody folded, in tables as on AWS; a machine that runs jobs over them; and the command line in an account of its own. */
export const installation = async (members: number, definition: Definition = machine) => {
  const stores = await freshStores(Date.now);
  const { prefix, endpoint } = stores.database;
  for (let member = 1; member <= members; member++)
    await got(stores.events.append(appendOf([enrolled('Ada'), bought('801')], emptyHead(memberStream(idOf(member))))));
  const jobs = dynamoDbJobStore(stores.database);
  const turns = dynamoDbJobTurnStore(stores.database);
  const published: BusEntry[] = [];
  let onStep: OnStep = async () => undefined;

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5)));
  /** A process of the function for each step. */
  const invoke = async (payload: unknown): Promise<unknown> => {
    await onStep(payload as Readonly<Record<string, unknown>>);
    const handler = walkHandler({
      ...storesVia(stores, stores.database.dynamodb, Date.now),
      ...{ jobs, turns, registry: withTier3, clock: Date.now, timeZone: 'UTC', pause },
      publications: busPublications({
        pause,
        putEvents: async (entries) => {
          published.push(...entries);
          return [];
        },
      }),
    });
    const functionArn = `arn:aws:lambda:eu-west-1:111122223333:function:${prefix}-walk`;
    const isRunning = startersRunning({ executions: executions(sfn), clock: Date.now, prefix, functionArn });
    return handler(payload, { isRunning, remainingMs: () => 900_000 });
  };
  const server = await startStepFunctions({
    name: physicalName(prefix, 'jobs'),
    definition,
    invoke,
    wait: () => pause(1),
  });
  const credentials = { accessKeyId: 'anyone', secretAccessKey: 'anything' };
  const sfn = new SFNClient({ endpoint: server.endpoint, region: 'eu-west-1', credentials });

  const ACCOUNT = { AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  /** Nothing of the environment that the tests run in: it may hold somebody's AWS account. */
  const startIn = (environment: object, ...args: readonly string[]): Running => {
    const variables = Object.entries({
      ...{ PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_ENDPOINT_URL_SFN: server.endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint, ...environment },
    }).map(([name, value]) => `${name}=${value}`);
    return run('env', ['-i', ...variables, process.execPath, 'adapters/cli/billfold.js', ...args]);
  };
  const start = (...args: readonly string[]): Running => startIn(ACCOUNT, ...args, '--aws', '--prefix', prefix);

  return {
    ...{ stores, jobs, turns, server, published, prefix, start, ACCOUNT },
    /** As its schedule starts a job of the night; its status. */
    nightly: async (job: keyof typeof topology.nightly): Promise<() => Promise<string | undefined>> => {
      const asked = executions(sfn);
      const { request } = topology.nightly[job];
      await got(asked.start(server.machineArn, job, { request, mayWait: true }));
      return async () => (await got(asked.describe(executionArnOf(server.machineArn, job))))?.status;
    },
    cli: (...args: readonly string[]): Promise<Ended> => start(...args).ended,
    cliIn: (environment: object, ...args: readonly string[]): Promise<Ended> => startIn(environment, ...args).ended,
    onStep: (next: OnStep): void => {
      onStep = next;
    },
    stop: async (): Promise<void> => {
      sfn.destroy();
      await server.stop();
    },
  };
};

/** As Lambda ends a function that took too long. */
export const timedOut = (): Error =>
  Object.assign(new Error('Task timed out after 900.00 seconds'), { name: 'Sandbox.Timedout' });
