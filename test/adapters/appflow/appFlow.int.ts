import { AppflowClient } from '@aws-sdk/client-appflow';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppFlow, appFlow } from '#adapters/appflow/appFlow.ts';
import { appFlowReReads } from '#adapters/appflow/reReads.ts';
import { type Mapping, retail } from '#domain/index.ts';
import {
  type AppFlowServer,
  runs,
  startAppFlowServer,
  startedRun,
  throttled,
  unknownFlow,
  type WireAnswer,
} from '#test/support/appFlowServer.ts';

let aws: AppFlowServer;
let client: AppflowClient;
let flows: AppFlow;
beforeEach(async () => {
  aws = await startAppFlowServer();
  client = clientAt(aws.endpoint);
  flows = appFlow(client);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const clientAt = (endpoint: string): AppflowClient =>
  new AppflowClient({
    ...{ endpoint, region: 'eu-west-1', maxAttempts: 2 },
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
  });
const any = (): boolean => true;

describe('starting a flow', () => {
  it('gives the execution id, and asks once', async () => {
    aws.onStart(startedRun('run-1'));
    expect(await flows.start('contacts')()).toEqual(E.right('run-1'));
    expect(aws.asked).toMatchObject([{ path: '/start-flow', body: { flowName: 'contacts' } }]);
  });

  it('is tried again with the same client token, so a lost answer starts no second run', async () => {
    aws.onStart(null, startedRun('run-1'));
    expect(await flows.start('contacts')()).toEqual(E.right('run-1'));
    const [first, second] = aws.asked.map(({ body }) => body.clientToken);
    expect(first).toEqual(expect.any(String));
    expect(second).toBe(first);
  });

  it('of which a run is on its way: says which, found on a later page', async () => {
    aws.onStart({ error: 'ConflictException', status: 409, message: 'busy' });
    aws.onDescribe(
      runs([{ executionId: 'old', executionStatus: 'Successful' }], 'more'),
      runs([{ executionId: 'now', executionStatus: 'InProgress' }]),
    );
    expect(await flows.start('contacts')()).toEqual(
      E.left({ type: 'FlowRunning', flow: 'contacts', executionId: 'now' }),
    );
    expect(aws.asked.map(({ body }) => body.nextToken)).toEqual([undefined, undefined, 'more']);
  });

  it('that is scheduled gives no run', async () => {
    aws.onStart({ body: { flowStatus: 'Active' } });
    expect(await flows.start('contacts')()).toEqual(E.left({ type: 'FlowNotOnDemand', flow: 'contacts' }));
  });

  it.each<{ what: string; answer: WireAnswer; failure: object }>([
    { what: 'an unknown flow', answer: unknownFlow, failure: { type: 'FlowUnknown', flow: 'contacts' } },
    { what: 'throttling', answer: throttled, failure: { type: 'Throttled', reason: 'Rate exceeded' } },
    {
      what: 'a quota',
      answer: { error: 'ServiceQuotaExceededException', status: 402, message: 'too many runs' },
      failure: { type: 'Throttled', reason: 'too many runs' },
    },
    {
      what: 'a missing permission',
      answer: { error: 'AccessDeniedException', status: 403, message: 'no' },
      failure: { type: 'NotAllowed', flow: 'contacts', reason: 'no' },
    },
    {
      what: 'a name that cannot be one',
      answer: { error: 'ValidationException', status: 400, message: 'flowName' },
      failure: { type: 'Refused', flow: 'contacts', reason: 'flowName' },
    },
    {
      what: 'a failure of its own',
      answer: { error: 'InternalServerException', status: 500, message: 'oops' },
      failure: { type: 'Unavailable', reason: 'oops' },
    },
    { what: 'no answer', answer: null, failure: { type: 'Unavailable' } },
  ])('$what is told by its type', async ({ answer, failure }) => {
    aws.onStart(answer);
    expect(await flows.start('contacts')()).toMatchObject(E.left(failure));
  });

  it('a conflict without a run on its way is told in AppFlow’s words', async () => {
    aws.onStart({ error: 'ConflictException', status: 409, message: 'being updated' });
    aws.onDescribe(runs([]));
    expect(await flows.start('contacts')()).toEqual(
      E.left({ type: 'FlowConflict', flow: 'contacts', reason: 'being updated' }),
    );
  });
});

describe('looking at runs', () => {
  it('reads what AppFlow tells, and null for what it does not', async () => {
    const executionResult = {
      recordsProcessed: 7,
      errorInfo: { executionMessage: 'no API calls left', putFailuresCount: 2 },
    };
    aws.onDescribe(
      runs([
        { executionId: 'a', executionStatus: 'InProgress' },
        {
          executionId: 'b',
          executionStatus: 'Error',
          executionResult,
          startedAt: 1_793_613_600.5,
          lastUpdatedAt: 1_793_613_601,
        },
        { executionId: 'c', executionStatus: 'Postponed' },
      ]),
    );
    expect(await flows.findRun('contacts', ({ executionId }) => executionId === 'b')()).toEqual(
      E.right({
        ...{ executionId: 'b', status: 'Error', recordsProcessed: 7, putFailures: 2, reason: 'no API calls left' },
        ...{ startedAt: 1_793_613_600_500, lastUpdatedAt: 1_793_613_601_000 },
      }),
    );
    const nothing = { recordsProcessed: null, putFailures: 0, reason: null, startedAt: null, lastUpdatedAt: null };
    expect(await flows.findRun('contacts', any)()).toEqual(
      E.right({ executionId: 'a', status: 'InProgress', ...nothing }),
    );
    expect(await flows.findRun('contacts', ({ executionId }) => executionId === 'c')()).toMatchObject(
      E.right({ status: 'Unknown' }),
    );
    expect(await flows.findRun('contacts', () => false)()).toEqual(E.right(null));
  });

  it('rides out one throttled request', async () => {
    aws.onDescribe(throttled, runs([{ executionId: 'a', executionStatus: 'Successful' }]));
    expect(await flows.findRun('contacts', any)()).toMatchObject(E.right({ executionId: 'a' }));
  });
});

describe('a re-read', () => {
  const why = { scope: 'object', since: Date.UTC(2026, 2, 1) } as const;
  const mapping: Mapping = {
    ...retail,
    flows: {
      'contacts-a': 'Contact',
      'contacts-b': 'Contact',
      orders: 'Order',
      'vouchers-1': 'Voucher__c',
      'vouchers-2': 'Voucher__c',
    },
    fullLoads: [['contacts-a', 'contacts-b']],
  };
  const asking = () => {
    const logged: { type: string }[] = [];
    return { logged, reReads: appFlowReReads({ appFlow: flows, mapping, log: (line) => logged.push(line) }) };
  };
  const startedFlows = () => aws.asked.filter(({ path }) => path === '/start-flow').map(({ body }) => body.flowName);

  it('starts every flow of the full load that the mapping declares', async () => {
    aws.onStart(startedRun('run-1'));
    const { reReads } = asking();
    expect(await reReads.request('Contact', why)()).toEqual(E.right(undefined));
    expect(startedFlows()).toEqual(['contacts-a', 'contacts-b']);
  });

  it('of a flow that runs already counts as asked', async () => {
    aws.onStart({ error: 'ConflictException', status: 409 });
    aws.onDescribe(runs([{ executionId: 'now', executionStatus: 'InProgress' }]));
    const { reReads, logged } = asking();
    expect(await reReads.request('Order', why)()).toEqual(E.right(undefined));
    expect(logged).toMatchObject([{ type: 'ReReadRunning', executionId: 'now' }]);
  });

  it.each([
    { object: 'Order', answer: unknownFlow, says: /knows no flow orders/ },
    { object: 'Promotion__c', answer: unknownFlow, says: /names no flow/ },
    { object: 'Voucher__c', answer: unknownFlow, says: /several flows.*vouchers-1, vouchers-2/ },
  ])(
    'that a person has to mend is logged, and keeps no other from being asked: $object',
    async ({ object, answer, says }) => {
      aws.onStart(answer);
      const { reReads, logged } = asking();
      expect(await reReads.request(object, why)()).toEqual(E.right(undefined));
      expect(logged).toMatchObject([{ type: 'ReReadNotPossible', object, reason: expect.stringMatching(says) }]);
    },
  );

  it('that is throttled fails, to be asked for again', async () => {
    aws.onStart(throttled);
    expect(await asking().reReads.request('Order', why)()).toMatchObject(
      E.left({ type: 'StoreUnavailable', operation: 'start orders' }),
    );
  });
});
