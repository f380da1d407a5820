import { CfnFlow } from 'aws-cdk-lib/aws-appflow';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { findingsIn } from './support/clean.ts';

describe('what looks for findings', () => {
  it('finds what is not safe, and what CloudFormation would not take', () => {
    const rules = findingsIn((stack) => {
      new Topic(stack, 'AnybodyMayListen');
      new CfnFlow(stack, 'Flow', {
        flowName: 'flow',
        flowStatus: 'Paused',
        tasks: [],
        triggerConfig: { triggerType: 'OnDemand' },
        sourceFlowConfig: { connectorType: 'Salesforce', sourceConnectorProperties: {} },
        destinationFlowConfigList: [],
      });
    }).map(({ rule }) => rule.slice(0, rule.indexOf(':')));
    expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-SNS3', 'W3030']));
  });
});
