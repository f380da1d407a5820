import {
  type AppflowClient,
  DescribeFlowCommand,
  ResourceNotFoundException as FlowNotFound,
  type FlowStatus,
} from '@aws-sdk/client-appflow';

/** As AppFlow names it; null: there is no such flow. Throws what the SDK throws else. */
export const flowStatus = async (client: Pick<AppflowClient, 'send'>, flow: string): Promise<FlowStatus | null> => {
  try {
    return (await client.send(new DescribeFlowCommand({ flowName: flow }))).flowStatus ?? null;
  } catch (error) {
    if (error instanceof FlowNotFound) return null;
    throw error;
  }
};
