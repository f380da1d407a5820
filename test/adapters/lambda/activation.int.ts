import { createServer, type Server } from 'node:http';
import { AppflowClient } from '@aws-sdk/client-appflow';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, test } from 'vitest';
import { type Activation, activation, type StepEvent } from '#adapters/lambda/activation.ts';

const SOURCE = 'aws.partner/appflow/salesforce.com/111122223333/billfold';
const FLOW = 'billfold-Contact-events';

/** AppFlow's and EventBridge's state, as far as activation goes: a source appears a few looks after its flow, and only a joined one lets a flow be activated. */
type Cloud = {
  flow: string | null;
  source: string | null;
  isJoined: boolean;
  looksUntilSource: number;
  isBusy: boolean;
};
const asked: string[] = [];
let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  asked.length = 0;
});

const over = async (cloud: Cloud): Promise<Activation> => {
  server = createServer(async (request, response) => {
    for await (const _ of request);
    const action = String(request.headers['x-amz-target'] ?? request.url).replace(/^.*[./]/, '');
    asked.push(action);
    const refuse = (name: string, status: number): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
      response.end(JSON.stringify({ __type: name, message: name }));
    };
    const answer = (body: object): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(body));
    };
    switch (action) {
      case 'DescribeEventSource':
        cloud.looksUntilSource -= 1;
        return cloud.looksUntilSource > 0 || cloud.source === null
          ? refuse('ResourceNotFoundException', 400)
          : answer({ Name: SOURCE, State: cloud.source });
      case 'describe-flow':
        return cloud.flow === null ? refuse('ResourceNotFoundException', 404) : answer({ flowStatus: cloud.flow });
      case 'start-flow':
        if (cloud.isBusy || !cloud.isJoined) {
          cloud.isBusy = false;
          return refuse('ConflictException', 409);
        }
        cloud.flow = 'Active';
        return answer({ flowStatus: cloud.flow });
      case 'stop-flow':
        cloud.flow = 'Suspended';
        return answer({ flowStatus: cloud.flow });
      default:
        return refuse('UnknownOperationException', 400);
    }
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const settings = {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
  return activation({ appFlow: new AppflowClient(settings), eventBridge: new EventBridgeClient(settings) });
};

const cloudOf = (some: Partial<Cloud> = {}): Cloud => ({
  ...{ flow: 'Draft', source: 'PENDING', isJoined: true, looksUntilSource: 0, isBusy: false, ...some },
});
const step = (RequestType: StepEvent['RequestType'], ResourceProperties: object): StepEvent => ({
  RequestType,
  ResourceProperties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:any', ...ResourceProperties },
});
const awaiting = { action: 'awaitSource', source: SOURCE };
const activating = { action: 'activateFlow', flow: FLOW, revision: '1' };

/** As the framework does: once onEvent, then isComplete until it is. */
const complete = async (steps: Activation, event: StepEvent): Promise<number> => {
  await steps.onEvent(event);
  for (let looks = 1; looks < 20; looks++) if ((await steps.isComplete(event)).IsComplete) return looks;
  throw new Error('never complete');
};

describe('activation', () => {
  test('waits for the partner source that a flow brings', async () => {
    expect(await complete(await over(cloudOf({ looksUntilSource: 3 })), step('Create', awaiting))).toBe(3);
  });

  test('a source that is joined already is there', async () => {
    expect(await complete(await over(cloudOf({ source: 'ACTIVE' })), step('Update', awaiting))).toBe(1);
  });

  test('a source that its partner deleted does not come back, and is no reason to wait', async () => {
    await expect(complete(await over(cloudOf({ source: 'DELETED' })), step('Create', awaiting))).rejects.toThrow(
      SOURCE,
    );
  });

  test('activates a flow that is a draft, and looks until it is active', async () => {
    const cloud = cloudOf();
    expect(await complete(await over(cloud), step('Create', activating))).toBe(2);
    expect(cloud.flow).toBe('Active');
    expect(asked).toEqual(['describe-flow', 'start-flow', 'describe-flow']);
  });

  test('asks nothing of a flow that is active', async () => {
    await complete(await over(cloudOf({ flow: 'Active' })), step('Update', activating));
    expect(asked).toEqual(['describe-flow']);
  });

  test('a conflict is asked again', async () => {
    expect(await complete(await over(cloudOf({ isBusy: true })), step('Create', activating))).toBe(3);
  });

  test.each(['Errored', 'Deprecated', 'Deleted'])('a flow that is %s fails the deployment, by name', async (flow) => {
    await expect(complete(await over(cloudOf({ flow })), step('Create', activating))).rejects.toThrow(FLOW);
  });

  test('a flow that is not there fails the deployment', async () => {
    await expect(complete(await over(cloudOf({ flow: null })), step('Create', activating))).rejects.toThrow(FLOW);
  });

  test('is taken back before the flow goes; again changes nothing, and so does a flow that is gone', async () => {
    const cloud = cloudOf({ flow: 'Active' });
    const steps = await over(cloud);
    expect(await complete(steps, step('Delete', activating))).toBe(2);
    expect(cloud.flow).toBe('Suspended');
    expect(await complete(steps, step('Delete', activating))).toBe(1);
    cloud.flow = null;
    expect(await complete(steps, step('Delete', activating))).toBe(1);
    expect(await complete(steps, step('Delete', awaiting))).toBe(1);
  });

  test('a resource keeps its id whatever its revision, so that it is updated and not replaced', async () => {
    const steps = await over(cloudOf());
    expect(await steps.onEvent(step('Update', { ...activating, revision: '2' }))).toEqual(
      await steps.onEvent(step('Create', activating)),
    );
  });

  test('what is neither step says what was expected', async () => {
    const steps = await over(cloudOf());
    await expect(steps.onEvent(step('Create', { action: 'activateFlow' }))).rejects.toThrow('expected { action');
  });
});
