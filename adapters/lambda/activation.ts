import {
  type AppflowClient,
  DescribeFlowCommand,
  ResourceNotFoundException as FlowNotFound,
  type FlowStatus,
  StartFlowCommand,
  StopFlowCommand,
} from '@aws-sdk/client-appflow';
import { DescribeEventSourceCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

export type ActivationDeps = {
  readonly appFlow: Pick<AppflowClient, 'send'>;
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
};

/**
 * What CloudFormation cannot do by itself: an event flow makes its partner source some time after it exists, the source must be joined to a bus
 * before the flow can be activated, and nothing activates it (AppFlow guide, "Amazon EventBridge", read November 2026). revision changes with what
 * the flow is made of, so that a changed flow is looked at again.
 */
const Step = t.union([
  t.type({ action: t.literal('awaitSource'), source: t.string }),
  t.type({ action: t.literal('activateFlow'), flow: t.string, revision: t.string }),
]);
type Step = t.TypeOf<typeof Step>;

/** As the provider framework of the CDK hands it over (aws-cdk-lib/custom-resources, "Provider"). */
export type StepEvent = {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
};

export type Activation = {
  /** Asks for nothing that has to be waited for. */
  readonly onEvent: (event: StepEvent) => Promise<{ readonly PhysicalResourceId: string }>;
  /** Asked again until it is, or the framework gives up. Asks for what is still missing: safe at any time, any number of times. */
  readonly isComplete: (event: StepEvent) => Promise<{ readonly IsComplete: boolean }>;
};

export const activation = (deps: ActivationDeps): Activation => ({
  onEvent: async (event) => {
    const step = stepOf(event);
    return {
      PhysicalResourceId: step.action === 'awaitSource' ? `source ${step.source}` : `activation of ${step.flow}`,
    };
  },
  isComplete: async (event) => {
    const step = stepOf(event);
    const isDeleted = event.RequestType === 'Delete';
    if (step.action === 'awaitSource') return { IsComplete: isDeleted || (await hasSource(deps, step.source)) };
    return { IsComplete: isDeleted ? await isInactive(deps, step.flow) : await isActive(deps, step.flow) };
  },
});

const stepOf = ({ ResourceProperties }: StepEvent): Step => {
  const step = Step.decode(ResourceProperties);
  if (E.isRight(step)) return step.right;
  throw new Error('expected { action: "awaitSource", source } or { action: "activateFlow", flow, revision }');
};

/** Pending: made, and joined to no bus. A source that was deleted at Salesforce's side does not come back. */
const hasSource = async ({ eventBridge }: ActivationDeps, source: string): Promise<boolean> => {
  try {
    const { State } = await eventBridge.send(new DescribeEventSourceCommand({ Name: source }));
    if (State === 'DELETED') throw new Error(`the partner source ${source} was deleted by its partner`);
    return State === 'PENDING' || State === 'ACTIVE';
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
};

const isActive = async ({ appFlow }: ActivationDeps, flow: string): Promise<boolean> => {
  const status = await statusOf(appFlow, flow);
  if (status === 'Active') return true;
  if (status === null || status === 'Deleted') throw new Error(`there is no flow ${flow}`);
  if (status === 'Errored' || status === 'Deprecated')
    throw new Error(`the flow ${flow} cannot be activated: AppFlow says that it is ${status}`);
  await unlessBusy(() => appFlow.send(new StartFlowCommand({ flowName: flow })));
  return false;
};

/** A flow that is active cannot be changed or deleted cleanly. One that is gone is inactive enough. */
const isInactive = async ({ appFlow }: ActivationDeps, flow: string): Promise<boolean> => {
  const status = await statusOf(appFlow, flow);
  if (status !== 'Active') return true;
  await unlessBusy(() => appFlow.send(new StopFlowCommand({ flowName: flow })));
  return false;
};

const statusOf = async (appFlow: ActivationDeps['appFlow'], flow: string): Promise<FlowStatus | null> => {
  try {
    return (await appFlow.send(new DescribeFlowCommand({ flowName: flow }))).flowStatus ?? null;
  } catch (error) {
    if (error instanceof FlowNotFound) return null;
    throw error;
  }
};

/** Somebody was faster, or AppFlow is still at the last request: the next look tells. */
const unlessBusy = async (ask: () => Promise<unknown>): Promise<void> => {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConflictException') throw error;
  }
};
