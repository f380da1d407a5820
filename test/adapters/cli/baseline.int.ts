import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import {
  type AppFlowServer,
  runs,
  startAppFlowServer,
  startedRun,
  throttled,
  unknownFlow,
} from '#test/support/appFlowServer.ts';
import { freePort } from '#test/support/ports.ts';

let folder: string;
let mapping: string;
let aws: AppFlowServer;
beforeAll(async () => {
  folder = await freshFolder();
  mapping = join(folder, 'mapping.json');
  const flows = {
    ...{ 'contacts-all': 'Contact', 'orders-a': 'Order', 'orders-b': 'Order' },
    ...{ 'vouchers-1': 'Voucher__c', 'vouchers-2': 'Voucher__c' },
  };
  const fullLoads = [['orders-a', 'orders-b']];
  await writeFile(
    mapping,
    JSON.stringify({ extends: 'retail', flows, fullLoads, feeds: { Promotion__c: { full: false } } }),
  );
});
afterAll(() => removeFolder(folder));
beforeEach(async () => {
  aws = await startAppFlowServer();
});
afterEach(() => aws.stop());

const REGION = { AWS_REGION: 'eu-west-1' };
const KEYS = { AWS_ACCESS_KEY_ID: 'anyone', AWS_SECRET_ACCESS_KEY: 'anything' };

/** Nothing of the environment that the tests run in: it may hold somebody's AWS account. */
const baselineIn = (environment: object, args: readonly string[]) => {
  const variables = Object.entries({
    ...{ PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', BILLFOLD_MAPPING: mapping },
    ...{ AWS_ENDPOINT_URL_APPFLOW: aws.endpoint, ...environment },
  }).map(([name, value]) => `${name}=${value}`);
  const command = [process.execPath, 'adapters/cli/billfold.js', 'baseline', ...args];
  return run('env', ['-i', ...variables, ...command]).ended;
};
const baseline = (...args: readonly string[]) => baselineIn({ ...REGION, ...KEYS }, args);

const inProgress = (recordsProcessed?: number) =>
  runs([
    {
      ...{ executionId: 'run-1', executionStatus: 'InProgress' },
      ...(recordsProcessed !== undefined && { executionResult: { recordsProcessed } }),
    },
  ]);
const successful = runs([
  { executionId: 'run-1', executionStatus: 'Successful', executionResult: { recordsProcessed: 4_711 } },
]);
const failed = runs([
  {
    ...{ executionId: 'run-1', executionStatus: 'Error' },
    executionResult: {
      recordsProcessed: 3,
      errorInfo: { executionMessage: 'The session expired', putFailuresCount: 2 },
    },
  },
]);
const startedFlows = () => aws.asked.filter(({ path }) => path === '/start-flow').map(({ body }) => body.flowName);

describe('billfold baseline', () => {
  it('starts the flow of the object and follows it to its end', async () => {
    aws.onStart(startedRun('run-1'));
    aws.onDescribe(runs([]), inProgress(), throttled, inProgress(1_000), successful);
    expect(await baseline('Contact')).toEqual({
      code: 0,
      stdout: 'contacts-all: run run-1 was successful: 4711 records\n',
      stderr: 'Started contacts-all (run run-1).\n',
    });
    expect(startedFlows()).toEqual(['contacts-all']);
  });

  it('starts all flows of a full load, then follows each', async () => {
    aws.onStart(startedRun('run-1'));
    aws.onDescribe(successful);
    const { code, stdout } = await baseline('Order', '--json');
    expect(code).toBe(0);
    const told = { status: 'Successful', executionId: 'run-1', recordsProcessed: 4_711, putFailures: 0, reason: null };
    expect(JSON.parse(stdout)).toEqual({
      object: 'Order',
      runs: [
        { flow: 'orders-a', ...told },
        { flow: 'orders-b', ...told },
      ],
    });
    expect(aws.asked.slice(0, 2).map(({ path }) => path)).toEqual(['/start-flow', '/start-flow']);
  });

  it('where the mapping names none, the flow that is deployed for the object is meant', async () => {
    aws.onStart(startedRun('run-1'));
    expect(await baseline('Order', '--mapping', 'retail', '--prefix', 'acme', '--no-follow')).toMatchObject({
      code: 0,
    });
    expect(startedFlows()).toEqual(['acme-Order-full']);
  });

  it('--flow is started whatever the mapping says; --no-follow does not wait', async () => {
    aws.onStart(startedRun('run-1'));
    expect(await baseline('Promotion__c', '--flow', 'mine', '--no-follow')).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout, stderr } = await baseline('Contact', '--flow', 'mine', '--no-follow', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ flow: 'mine', executionId: 'run-1', status: 'Started' }] });
    expect(startedFlows()).toEqual(['mine', 'mine']);
    expect(aws.asked).toHaveLength(2);
  });

  it('fails as the run fails, with AppFlow’s reason', async () => {
    aws.onStart(startedRun('run-1'));
    aws.onDescribe(inProgress(), failed);
    expect(await baseline('Contact')).toMatchObject({
      code: 1,
      stdout: 'contacts-all: run run-1 failed: 3 records, 2 could not be written: The session expired\n',
    });
    aws.onDescribe(failed);
    const { code, stdout, stderr } = await baseline('Contact', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ status: 'Error', reason: 'The session expired' }] });
    expect(stderr).toContain('The session expired');
  });

  it('fails where the run was cancelled', async () => {
    aws.onStart(startedRun('run-1'));
    aws.onDescribe(
      runs([{ executionId: 'run-1', executionStatus: 'CancelStarted' }]),
      runs([{ executionId: 'run-1', executionStatus: 'Canceled' }]),
    );
    expect(await baseline('Contact')).toMatchObject({ code: 1, stdout: expect.stringContaining('was cancelled') });
  });
});

describe('billfold baseline says in one line what is missing', () => {
  const refusal = (says: RegExp) => ({ code: 1, stdout: '', stderr: expect.stringMatching(says) });

  it.each([
    { object: 'Promotion__c', says: /^The mapping names no flow for Promotion__c, .*--flow NAME\.\n$/ },
    { object: 'Voucher__c', says: /^The mapping names several flows for Voucher__c \(vouchers-1, vouchers-2\): / },
    { object: 'Account', says: /^Account is no object of the mapping \(Contact, / },
  ])('no flow to start for $object', async ({ object, says }) => {
    expect(await baseline(object)).toEqual(refusal(says));
    expect(aws.asked).toEqual([]);
  });

  it('no credentials, no region', async () => {
    expect(await baselineIn(REGION, ['Contact'])).toEqual(refusal(/^No AWS credentials: .*\n$/));
    expect(await baselineIn(KEYS, ['Contact'])).toEqual(refusal(/^No AWS region: set AWS_REGION.*\n$/));
    expect(aws.asked).toEqual([]);
  });

  it('a flow that AppFlow does not know', async () => {
    aws.onStart(unknownFlow);
    expect(await baseline('Contact')).toEqual(
      refusal(/^AppFlow knows no flow contacts-all in this account and region/),
    );
  });

  it('a flow that runs already', async () => {
    aws.onStart({ error: 'ConflictException', status: 409 });
    aws.onDescribe(inProgress());
    expect(await baseline('Contact')).toEqual(refusal(/^The flow contacts-all is running already \(run run-1\)/));
  });

  it('a scheduled flow', async () => {
    aws.onStart({ body: { flowStatus: 'Active' } });
    expect(await baseline('Contact')).toEqual(refusal(/^The flow contacts-all does not run on demand/));
  });

  it('throttling that does not end, a permission that is missing', async () => {
    aws.onStart(throttled);
    expect(await baseline('Contact')).toEqual(refusal(/^AppFlow is asked too often: Rate exceeded/));
    aws.onStart({ error: 'AccessDeniedException', status: 403, message: 'not authorized' });
    expect(await baseline('Contact')).toEqual(
      refusal(/^AWS does not allow it for the flow contacts-all: not authorized\n$/),
    );
  });

  it('an endpoint that does not answer', async () => {
    const AWS_ENDPOINT_URL_APPFLOW = `http://127.0.0.1:${await freePort()}`;
    expect(await baselineIn({ ...REGION, ...KEYS, AWS_ENDPOINT_URL_APPFLOW }, ['Contact'])).toEqual(
      refusal(/^AppFlow cannot be reached or does not answer: .*ECONNREFUSED/),
    );
  });

  it('the second flow of a load that cannot be started: the first goes on', async () => {
    aws.onStart(startedRun('run-1'), unknownFlow);
    const { code, stderr } = await baseline('Order');
    expect(code).toBe(1);
    expect(stderr).toMatch(/no flow orders-b .* Goes on at AWS: orders-a \(run run-1\)\.\n$/);
  });
});
