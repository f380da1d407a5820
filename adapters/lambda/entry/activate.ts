import { AppflowClient } from '@aws-sdk/client-appflow';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { activation } from '../activation.ts';

/** The two handlers of the custom resources that activate event flows. */
export const { onEvent, isComplete } = activation({
  appFlow: new AppflowClient({}),
  eventBridge: new EventBridgeClient({}),
});
